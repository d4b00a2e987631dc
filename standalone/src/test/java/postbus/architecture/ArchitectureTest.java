package postbus.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shape of the code, as CONTRIBUTING.md and the design have it. */
class ArchitectureTest {
  private static final String[] SERVICES = {
    "postbus.ingress..",
    "postbus.policy..",
    "postbus.router..",
    "postbus.delivery..",
    "postbus.imap.."
  };

  /** Those in a service that speak Kafka beside its stage. */
  private static final String EDGES =
      ".*\\.(MailIntake|LogProducer|LogReach|PolicyChannels|Questions)(\\$.*)?";

  private static JavaClasses code;

  @BeforeAll
  static void read() {
    code =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/postbus/testkit/"))
            .importPackages("postbus");
  }

  @Test
  void theContractKnowsNoFramework() {
    classes()
        .that()
        .resideInAPackage("postbus.mail")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "postbus.mail", "java..", "com.fasterxml.jackson.core..", "org.jspecify.."))
        .check(code);
  }

  @Test
  void servicesDoNotKnowEachOther() {
    for (String service : SERVICES) {
      noClasses()
          .that()
          .resideInAPackage(service)
          .should()
          .dependOnClassesThat(resideInAnyPackage(SERVICES).and(resideOutsideOfPackages(service)))
          .check(code);
    }
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("postbus.(*)..").should().beFreeOfCycles().check(code);
  }

  @Test
  void librariesKnowNoQuarkus() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "postbus.log",
            "postbus.bucket",
            "postbus.site",
            "postbus.accounts",
            "postbus.dns",
            "postbus.auth..",
            "postbus.smtp",
            "postbus.content",
            "postbus.broker")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..", "jakarta.enterprise..", "jakarta.inject..", "jakarta.ws..")
        .check(code);
  }

  @Test
  void onlyTheLogTheIntakeAndTheOperatorsKnowKafka() {
    noClasses()
        .that()
        .resideInAnyPackage("postbus..")
        .and()
        .resideOutsideOfPackages("postbus.log", "postbus.broker", "postbus.cli")
        .and()
        .haveNameNotMatching(EDGES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(code);
  }

  @Test
  void mutinyStaysAtTheEdge() {
    noClasses()
        .that()
        .resideInAPackage("postbus..")
        .and()
        .haveNameNotMatching(EDGES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.smallrye.mutiny..")
        .check(code);
  }

  @Test
  void namesSayWhatNotHow() {
    noClasses()
        .that()
        .resideInAPackage("postbus..")
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameStartingWith("Abstract")
        .orShould()
        .haveSimpleNameStartingWith("Common")
        .check(code);
  }
}
