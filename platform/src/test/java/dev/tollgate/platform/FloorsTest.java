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
    seesNone("settings", "client", "codex", "blocks");
  }

  @Test
  void theClientUsesSettingsOnly() {
    seesNone("client", "codex", "blocks");
  }

  @Test
  void theBlocksDoNotSeeEachOtherNorTheSettings() {
    seesNone("codex", "blocks", "settings");
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
