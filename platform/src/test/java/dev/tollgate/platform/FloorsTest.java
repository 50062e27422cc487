package dev.tollgate.platform;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class FloorsTest {
  private static final String ROOT = "dev.tollgate.platform.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tollgate.platform");

  @Test
  void settingsUseNothingOfThePlatform() {
    seesNone("settings", "client", "codex", "blocks", "doctor", "cli");
  }

  @Test
  void theClientUsesSettingsOnly() {
    seesNone("client", "codex", "blocks", "doctor", "cli");
  }

  @Test
  void theBlocksDoNotSeeEachOtherNorTheSettings() {
    seesNone("codex", "blocks", "settings", "doctor", "cli");
    seesNone("blocks", "codex", "settings", "doctor", "cli");
  }

  @Test
  void nothingUsesTheCommandLine() {
    seesNone("doctor", "cli");
  }

  private static void seesNone(String floor, String... others) {
    for (var other : others) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + floor + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + other + "..")
          .check(CLASSES);
    }
  }
}
