///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../../jbang" "$0" "$@"
//JAVA 17+
//DEPS io.kubernetes:client-java-api:24.0.0
//DEPS org.yaml:snakeyaml:2.4

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import io.kubernetes.client.custom.QuantityFormatException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Prints a manifest of a StatefulSet as JSON, if Kubernetes' own schema allows all of it: known
 * fields, none missing, the right types. A script of its own, so that only the test that runs it
 * waits for the schema (14 MB).
 */
public final class manifest {
  private manifest() {}

  public static void main(String... args) throws IOException {
    try {
      JsonElement json = new Gson().toJsonTree(yaml(Files.readString(Path.of(args[0]))));
      V1StatefulSet.validateJsonElement(json);
      JSON.getGson().fromJson(json, V1StatefulSet.class); // reads numbers and quantities
      System.out.println(json);
    } catch (YAMLException
        | IllegalArgumentException
        | JsonParseException
        | QuantityFormatException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Object yaml(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options)).load(text);
  }
}
