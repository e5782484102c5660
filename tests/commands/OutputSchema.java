import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of what {@code --json} prints, which is also the documentation of its fields. As it is
 * published it lets readers meet the fields of later releases; here it is closed, so that no field
 * is printed that it does not document.
 */
final class OutputSchema {
  /** Takes one document, and nothing behind it. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode source;
  private final Schema published;
  private final Schema closed;

  OutputSchema() throws IOException {
    // The validator's log would tell that nobody listens to it.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    Path file = Checkout.root().resolve("migrations/commands/reports/output.schema.json");
    source = STRICT.readTree(Files.readAllBytes(file));
    published = schema(source);
    closed = schema(closed(source.deepCopy()));
  }

  private static Schema schema(JsonNode source) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(source);
  }

  /** Conditions have no type, and are about some fields only. */
  private static JsonNode closed(JsonNode part) {
    if (part.path("type").asString("").equals("object") && part.has("properties")) {
      ((ObjectNode) part).put("additionalProperties", false);
    }
    part.values().forEach(OutputSchema::closed);
    return part;
  }

  /** The document that is all that was printed, and is as the schema says. */
  JsonNode requireValid(String printed) {
    JsonNode document = STRICT.readTree(printed);
    assertEquals(List.of(), problems(document), printed);
    return document;
  }

  /** How a document is not as the schema says, or says more. */
  List<String> problems(JsonNode document) {
    return problems(closed, document);
  }

  /** What a reader of a later release's document finds wrong who goes by today's schema. */
  List<String> problemsOfReaders(JsonNode document) {
    return problems(published, document);
  }

  private static List<String> problems(Schema schema, JsonNode document) {
    return schema.validate(document).stream().map(Error::toString).toList();
  }

  /** Every field that is documented: the part of the schema that says it, a slash, its name. */
  Set<String> fields() {
    Set<String> fields = new TreeSet<>();
    addFields("", source, fields);
    return fields;
  }

  private static void addFields(String at, JsonNode part, Set<String> fields) {
    for (Map.Entry<String, JsonNode> field : part.path("properties").properties()) {
      fields.add(at + "/" + field.getKey());
      addFields(at + "/" + field.getKey(), field.getValue(), fields);
    }
    if (part.has("items")) {
      addFields(at, part.get("items"), fields);
    }
    for (Map.Entry<String, JsonNode> shared : part.path("$defs").properties()) {
      addFields(shared.getKey(), shared.getValue(), fields);
    }
  }

  /** Those of {@link #fields} that a valid document has. */
  Set<String> fieldsOf(JsonNode document) {
    Set<String> fields = new TreeSet<>();
    addFieldsOf(document, "", source, fields);
    return fields;
  }

  private void addFieldsOf(JsonNode value, String at, JsonNode part, Set<String> fields) {
    if (part.has("$ref")) {
      String shared = part.get("$ref").asString().replace("#/$defs/", "");
      addFieldsOf(value, shared, source.get("$defs").get(shared), fields);
      return;
    }
    for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
      addFieldsOf(item, at, part.path("items"), fields);
    }
    for (Map.Entry<String, JsonNode> field : part.path("properties").properties()) {
      if (value.has(field.getKey())) {
        fields.add(at + "/" + field.getKey());
        addFieldsOf(value.get(field.getKey()), at + "/" + field.getKey(), field.getValue(), fields);
      }
    }
  }
}
