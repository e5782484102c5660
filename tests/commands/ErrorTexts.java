import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the errors of the product can say, read off its sources with the compiler's own parser: the
 * text of every failure, usage error and {@link IOException} that is built there, with {@code …}
 * where it varies. A text that a method is given by its callers is followed to them.
 */
final class ErrorTexts {
  /** Stands for what varies. */
  static final String VARIES = "…";

  private static final int DEEPEST_CALLS = 3;

  /**
   * A method or a constructor one of whose arguments becomes the text of an error.
   *
   * @param unit the only file that it can be called from, or null
   * @param before what stands before the argument in the text
   */
  private record Builder(
      String name,
      int arguments,
      int index,
      CompilationUnitTree unit,
      String before,
      String after) {
    Builder between(String start, String end) {
      return new Builder(name, arguments, index, unit, start, end);
    }
  }

  private static final List<Builder> BUILDERS =
      List.of(
          new Builder("new Failure", 4, 1, null, "", ""),
          new Builder("super", 4, 1, null, "", ""),
          new Builder("new ParameterException", 2, 1, null, "", ""),
          new Builder("new TypeConversionException", 1, 0, null, "", ""),
          new Builder("new IOException", 1, 0, null, "", ""),
          new Builder("new IOException", 2, 0, null, "", ""),
          new Builder("new InterruptedIOException", 1, 0, null, "", ""));

  private final List<CompilationUnitTree> units;
  private final Predicate<String> isKnown;
  private final Map<String, Set<String>> found = new TreeMap<>();
  private final Set<Builder> seen = new HashSet<>(BUILDERS);
  private final Deque<Builder> toDo = new ArrayDeque<>(BUILDERS);

  private ErrorTexts(List<CompilationUnitTree> units, Predicate<String> isKnown) {
    this.units = units;
    this.isKnown = isKnown;
  }

  /**
   * Reads the sources.
   *
   * @param isKnown whether a text needs no closer look, though callers give a part of it
   * @return the texts, each with the files that build it
   */
  static Map<String, Set<String>> of(List<Path> sources, Predicate<String> isKnown)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      return new ErrorTexts(units, isKnown).find();
    }
  }

  /** The sources of the product but the store, whose errors docs/store.md explains. */
  static List<Path> ofProduct() throws IOException {
    try (Stream<Path> files = Files.walk(Checkout.root().resolve("migrations"))) {
      Stream<Path> scripts =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.getParent().endsWith("store"));
      return Stream.concat(Stream.of(Checkout.root().resolve("migrate.java")), scripts).toList();
    }
  }

  private Map<String, Set<String>> find() {
    while (!toDo.isEmpty()) {
      Builder builder = toDo.remove();
      Calls calls = new Calls(builder);
      for (CompilationUnitTree unit : units) {
        if (builder.unit() == null || builder.unit() == unit) {
          calls.scan(unit, null);
        }
      }
      if (!calls.any) {
        // Called by reference, or by nobody yet.
        String text = builder.before() + VARIES + builder.after();
        found.computeIfAbsent(text, t -> new TreeSet<>()).add(builder.name());
      }
    }
    return found;
  }

  /** Looks for the calls of one builder. */
  private final class Calls extends TreePathScanner<Void, Void> {
    private final Builder builder;
    private boolean any;

    Calls(Builder builder) {
      this.builder = builder;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
      look(nameOf(call.getMethodSelect()), call.getArguments());
      return super.visitMethodInvocation(call, nothing);
    }

    @Override
    public Void visitNewClass(NewClassTree call, Void nothing) {
      look("new " + nameOf(call.getIdentifier()), call.getArguments());
      return super.visitNewClass(call, nothing);
    }

    private void look(String name, List<? extends ExpressionTree> arguments) {
      if (name.equals(builder.name()) && arguments.size() == builder.arguments()) {
        any = true;
        Texts texts = new Texts(getCurrentPath());
        for (String text : texts.of(arguments.get(builder.index()))) {
          add(builder.before() + text + builder.after(), texts);
        }
      }
    }
  }

  private static String nameOf(Tree tree) {
    return tree instanceof MemberSelectTree select
        ? select.getIdentifier().toString()
        : tree.toString();
  }

  private void add(String text, Texts where) {
    String known = text.replaceAll(Texts.GIVEN, VARIES);
    Matcher given = Pattern.compile(Texts.GIVEN).matcher(text);
    if (!given.find() || isKnown.test(known)) {
      String file = Path.of(where.unit().getSourceFile().getName()).getFileName().toString();
      found.computeIfAbsent(known, t -> new TreeSet<>()).add(file);
      return;
    }
    Builder giver =
        where
            .giver(given.group())
            .between(
                text.substring(0, given.start()),
                text.substring(given.end()).replaceAll(Texts.GIVEN, VARIES));
    if (seen.add(giver)) {
      toDo.add(giver);
    }
  }

  /**
   * The texts that an expression can have, at one place in the sources.
   *
   * @param givers what gives a part of them, by the number of the sign that stands for the part
   */
  private record Texts(TreePath place, List<Builder> givers) {
    /** A part that is given from outside; from the area for private use. */
    static final String GIVEN = "[\uE000-\uE0FF]";

    private static final char FIRST_GIVEN = '\uE000';

    Texts(TreePath place) {
      this(place, new ArrayList<>());
    }

    CompilationUnitTree unit() {
      return place.getCompilationUnit();
    }

    Builder giver(String sign) {
      return givers.get(sign.charAt(0) - FIRST_GIVEN);
    }

    private String signOf(Builder giver) {
      givers.add(giver);
      return Character.toString(FIRST_GIVEN + givers.size() - 1);
    }

    private MethodTree method() {
      return around(place, MethodTree.class);
    }

    private ClassTree type() {
      return around(place, ClassTree.class);
    }

    private static <T> T around(TreePath path, Class<T> kind) {
      TreePath at = path;
      while (at != null && !kind.isInstance(at.getLeaf())) {
        at = at.getParentPath();
      }
      return at == null ? null : kind.cast(at.getLeaf());
    }

    /** The method around, by its parameter. */
    private Builder methodGiving(int parameter) {
      boolean isConstructor = method().getReturnType() == null;
      boolean isPrivate = method().getModifiers().getFlags().contains(Modifier.PRIVATE);
      return new Builder(
          isConstructor ? "new " + type().getSimpleName() : method().getName().toString(),
          method().getParameters().size(),
          parameter,
          isPrivate ? unit() : null,
          "",
          "");
    }

    /** The record of this file that has a text of such a name. */
    private Optional<Builder> recordGiving(String component) {
      List<Builder> found = new ArrayList<>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitClass(ClassTree type, Void nothing) {
          if (type.getKind() == Tree.Kind.RECORD) {
            List<String> components = componentsOf(type);
            int index = components.indexOf("String " + component);
            if (index >= 0) {
              String name = "new " + type.getSimpleName();
              found.add(new Builder(name, components.size(), index, unit(), "", ""));
            }
          }
          return super.visitClass(type, nothing);
        }
      }.scan(unit(), null);
      return found.stream().findFirst();
    }

    private static List<String> componentsOf(ClassTree type) {
      return type.getMembers().stream()
          .filter(VariableTree.class::isInstance)
          .map(VariableTree.class::cast)
          .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
          .map(field -> field.getType() + " " + field.getName())
          .toList();
    }

    List<String> of(Tree expression) {
      return of(expression, 0);
    }

    private List<String> of(Tree tree, int depth) {
      if (tree instanceof ParenthesizedTree inner) {
        return of(inner.getExpression(), depth);
      } else if (tree instanceof LiteralTree literal) {
        return List.of(String.valueOf(literal.getValue()));
      } else if (tree instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
        return joined(of(sum.getLeftOperand(), depth), of(sum.getRightOperand(), depth));
      } else if (tree instanceof ConditionalExpressionTree choice) {
        return union(List.of(choice.getTrueExpression(), choice.getFalseExpression()), depth);
      } else if (tree instanceof SwitchExpressionTree choice) {
        return union(choice.getCases().stream().map(c -> c.getBody()).toList(), depth);
      } else if (tree instanceof IdentifierTree name) {
        return ofName(name.getName().toString(), depth);
      } else if (tree instanceof MethodInvocationTree call) {
        return ofCall(call, depth);
      }
      return List.of(VARIES);
    }

    private List<String> union(List<? extends Tree> expressions, int depth) {
      return expressions.stream().flatMap(e -> of(e, depth).stream()).distinct().toList();
    }

    private static List<String> joined(List<String> left, List<String> right) {
      return left.stream().flatMap(l -> right.stream().map(r -> l + r)).toList();
    }

    private List<String> ofName(String name, int depth) {
      for (int i = 0; method() != null && i < method().getParameters().size(); i++) {
        VariableTree parameter = method().getParameters().get(i);
        if (parameter.getName().contentEquals(name)) {
          boolean isText = depth == 0 && parameter.getType().toString().equals("String");
          return List.of(isText ? signOf(methodGiving(i)) : VARIES);
        }
      }
      VariableTree variable = method() == null ? null : variable(method(), name);
      if (variable == null) {
        variable = variable(type(), name);
      }
      return variable == null || variable.getInitializer() == null
          ? List.of(VARIES)
          : of(variable.getInitializer(), depth);
    }

    /** One with this name that is set once, where it is declared. */
    private static VariableTree variable(Tree scope, String name) {
      VariableTree[] found = new VariableTree[1];
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitVariable(VariableTree variable, Void nothing) {
          if (variable.getName().contentEquals(name)) {
            found[0] = variable;
          }
          return super.visitVariable(variable, nothing);
        }
      }.scan(scope, null);
      return found[0];
    }

    private List<String> ofCall(MethodInvocationTree call, int depth) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals("formatted")) {
        List<String> texts = of(select.getExpression(), depth);
        for (ExpressionTree argument : call.getArguments()) {
          texts = filled(texts, of(argument, depth));
        }
        return texts;
      }
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && call.getArguments().isEmpty()) {
        Optional<Builder> giver = recordGiving(select.getIdentifier().toString());
        return List.of(giver.map(this::signOf).orElse(VARIES));
      }
      List<String> texts = new ArrayList<>();
      if (call.getMethodSelect() instanceof IdentifierTree name && depth < DEEPEST_CALLS) {
        for (Tree member : type().getMembers()) {
          if (member instanceof MethodTree called
              && called.getName().equals(name.getName())
              && called.getParameters().size() == call.getArguments().size()) {
            texts.addAll(ofReturns(called, depth + 1));
          }
        }
      }
      return texts.isEmpty() ? List.of(VARIES) : texts;
    }

    /** Puts a value into the first place that is left for one. */
    private static List<String> filled(List<String> texts, List<String> values) {
      List<String> filled = new ArrayList<>();
      for (String text : texts) {
        String[] parts = text.split("%[0-9]*[a-z]", 2);
        values.forEach(value -> filled.add(parts.length == 2 ? parts[0] + value + parts[1] : text));
      }
      return filled;
    }

    private List<String> ofReturns(MethodTree called, int depth) {
      List<String> texts = new ArrayList<>();
      Texts inside =
          new Texts(new TreePath(new TreePath(place.getParentPath(), type()), called), givers);
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitReturn(ReturnTree statement, Void nothing) {
          if (statement.getExpression() != null) {
            texts.addAll(inside.of(statement.getExpression(), depth));
          }
          return super.visitReturn(statement, nothing);
        }
      }.scan(called.getBody(), null);
      return texts;
    }
  }
}
