package dev.tollgate;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The floors of the house: what each package may use. A new arrow is a decision, made here. */
class FloorsTest {
  private static final String ROOT = "dev.tollgate.";
  private static final Set<String> RIBS =
      Set.of("access", "limits", "ledger", "routing", "telemetry");

  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("wire", Set.of("model")),
          Map.entry("access", Set.of("model")),
          Map.entry("limits", Set.of("model")),
          Map.entry("ledger", Set.of("model")),
          Map.entry("routing", Set.of("model")),
          Map.entry("telemetry", Set.of("model")),
          Map.entry("config", Set.of("model")),
          Map.entry("provider", Set.of("model", "wire")),
          Map.entry("store", Set.of("access", "ledger", "limits", "model")),
          Map.entry("pipeline", union(RIBS, Set.of("provider", "wire", "model"))),
          Map.entry("http", Set.of("pipeline", "wire", "model")),
          Map.entry("admin", Set.of("http", "access", "limits", "ledger", "routing", "model")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tollgate");

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  @Test
  void arrowsRunDownward() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      String from = floor(type);
      if (from.equals("app")) {
        continue;
      }
      assertThat(MAY_USE).as("the package '%s' has no floor; give it one", from).containsKey(from);
      Set<String> allowed = MAY_USE.getOrDefault(from, Set.of());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass used = dependency.getTargetClass();
        if (used.getName().startsWith(ROOT)
            && !floor(used).equals(from)
            && !allowed.contains(floor(used))) {
          wrong.add(type.getName() + " uses " + used.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("dev.tollgate.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheServerAndTheSpineKnowVertx() {
    Set<String> know = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        if (dependency.getTargetClass().getName().startsWith("io.vertx")) {
          know.add(floor(type));
        }
      }
    }
    assertThat(know).isSubsetOf("provider", "pipeline", "http", "app");
  }

  @Test
  void namesSayWhatAThingIs() {
    Set<String> vague = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      String name = type.getSimpleName();
      if (name.matches(".*(Manager|Service|Helper|Util|Utils|Impl|Info)")
          || name.startsWith("Abstract")) {
        vague.add(type.getName());
      }
    }
    assertThat(vague).isEmpty();
  }

  private static String floor(JavaClass type) {
    String rest = type.getName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? "app" : rest.substring(0, dot);
  }
}
