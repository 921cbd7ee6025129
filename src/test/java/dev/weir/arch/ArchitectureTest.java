package dev.weir.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may see whom (src/docs/adr/0002). */
class ArchitectureTest {
    /** Top-level package to the others it may import. A new entry, or a wider one, needs a line in the ADR. */
    private static final Map<String, Set<String>> MAY_SEE = Map.ofEntries(
            Map.entry("kernel", Set.of()),
            Map.entry("config", Set.of()),
            Map.entry("wire", Set.of("kernel")),
            Map.entry("observe", Set.of("kernel", "config")),
            Map.entry("feature", Set.of("kernel", "wire", "config", "observe")),
            Map.entry("edge", Set.of("kernel", "wire", "config", "observe", "feature")),
            Map.entry("worker", Set.of("kernel", "wire", "config", "observe", "feature")),
            Map.entry("platform", Set.of("kernel", "wire", "config", "observe", "feature")),
            Map.entry("bridge", Set.of("kernel", "wire", "config", "observe", "feature")),
            Map.entry("runner", Set.of("kernel", "wire")),
            Map.entry("emulator", Set.of("kernel", "wire", "config", "observe", "runner")),
            Map.entry("app", Set.of("kernel", "wire", "config", "observe", "feature", "edge", "worker", "platform",
                    "bridge", "runner", "emulator")),
            Map.entry("cli", Set.of("kernel", "config", "observe", "app")));

    /** The part of Vert.x that says "later" and "bytes", with the types its signatures drag in; nothing that opens anything. */
    private static final DescribedPredicate<JavaClass> VERTX_BEYOND_FUTURES = resideInAPackage("io.vertx..")
            .and(not(resideInAnyPackage("io.vertx.core.buffer..", "io.vertx.core.streams..")))
            .and(not(DescribedPredicate.describe("futures", type -> Set.of("Future", "Promise", "CompositeFuture",
                    "AsyncResult", "Handler", "Completable", "Expectation")
                    .contains(type.getName().replace("io.vertx.core.", "")))))
            .as("Vert.x beyond futures, buffers and streams");

    @Test
    void theRulesSeeTheWholeHouse() {
        Set<String> compiled = House.CLASSES.stream().map(type -> type.getName()).collect(Collectors.toSet());
        List<String> sources = House.sources(House.MAIN).stream()
                .map(file -> House.MAIN.relativize(file).toString().replace(".java", "").replace('/', '.'))
                .toList();
        assertThat(sources).hasSizeGreaterThan(50);
        assertThat(compiled).containsAll(sources);
        Set<String> packages = House.CLASSES.stream().map(type -> House.topLevel(type.getPackageName()))
                .filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages).as("every top-level package has its line in the table").isEqualTo(
                new TreeSet<>(MAY_SEE.keySet()));
    }

    @Test
    void eachPackageSeesOnlyWhatItMay() {
        assertThat(dependencies().filter(each -> {
            String from = House.topLevel(each.getOriginClass().getPackageName());
            String to = House.topLevel(each.getTargetClass().getPackageName());
            return !from.equals(to) && !MAY_SEE.getOrDefault(from, Set.of()).contains(to);
        }).map(Dependency::getDescription)).isEmpty();
        assertThat(dependencies()).hasSizeGreaterThan(100);
    }

    @Test
    void aChildNeverImportsItsParent() {
        assertThat(dependencies().filter(each -> each.getOriginClass().getPackageName()
                .startsWith(each.getTargetClass().getPackageName() + ".")).map(Dependency::getDescription)).isEmpty();
    }

    @Test
    void theLayersOfARunPointOneWay() {
        String run = House.ROOT + ".feature.run";
        noClasses().that().resideInAPackage(run + ".event..").should().dependOnClassesThat()
                .resideInAnyPackage(run + ".log..", run + ".feed..").allowEmptyShould(true).check(House.CLASSES);
        noClasses().that().resideInAPackage(run + ".log..").should().dependOnClassesThat()
                .resideInAPackage(run + ".feed..").allowEmptyShould(true).check(House.CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(House.ROOT + ".(**)").should().beFreeOfCycles().check(House.CLASSES);
    }

    @Test
    void codecsKnowNeitherEachOtherNorAnySocketOrFile() {
        assertThat(dependencies().filter(each -> {
            String from = each.getOriginClass().getPackageName();
            String to = each.getTargetClass().getPackageName();
            return from.startsWith("dev.weir.wire.") && to.startsWith("dev.weir.wire.") && !from.equals(to);
        }).map(Dependency::getDescription)).isEmpty();
        DescribedPredicate<JavaClass> data = resideInAnyPackage("io.vertx.core.buffer..", "io.vertx.core.json..",
                "io.vertx.json.schema..");
        only("wire", resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.http..", "javax.net..")
                .or(resideInAPackage("io.vertx..").and(not(data)))
                .as("sockets, files and event loops")).check(House.CLASSES);
    }

    @Test
    void featuresKnowNoTechnology() {
        only("feature", VERTX_BEYOND_FUTURES).check(House.CLASSES);
        only("feature", resideInAnyPackage("io.netty..", "java.sql..", "java.net.http..", "org.yaml..")
                .as("sockets and databases")).check(House.CLASSES);
        only("kernel", VERTX_BEYOND_FUTURES).check(House.CLASSES);
        only("config", resideInAPackage("io.vertx..")).check(House.CLASSES);
    }

    @Test
    void eachTechnologyStaysInItsPackage() {
        outside("software.amazon.awssdk..", "dev.weir.platform.agentcore..", "dev.weir.platform.http..",
                "dev.weir.platform.aws..");
        outside("org.sqlite..", "dev.weir.platform.embedded..");
        outside("java.sql..", "dev.weir.platform.embedded..");
        outside("inet.ipaddr..", "dev.weir.platform.http..");
        outside("picocli..", "dev.weir.cli..");
        outside("org.yaml..", "dev.weir.config..");
    }

    @Test
    void onlyMainEndsTheProcess() {
        noClasses().that().doNotHaveFullyQualifiedName("dev.weir.cli.Main").should()
                .callMethod(System.class, "exit", int.class).check(House.CLASSES);
        noClasses().that().resideOutsideOfPackages("dev.weir.cli..", "dev.weir.app..").should()
                .callMethod(Runtime.class, "exit", int.class).orShould()
                .callMethod(Runtime.class, "halt", int.class).check(House.CLASSES);
    }

    @Test
    void onlyCommandsWriteToTheTerminal() {
        noClasses().that().resideOutsideOfPackages("dev.weir.cli..", "dev.weir.app..").should()
                .accessField(System.class, "out").orShould().accessField(System.class, "err").check(House.CLASSES);
    }

    private static ArchRule only(String topLevel, DescribedPredicate<? super JavaClass> forbidden) {
        return noClasses().that().resideInAPackage(House.ROOT + "." + topLevel + "..").should()
                .dependOnClassesThat(forbidden);
    }

    private static void outside(String technology, String... homes) {
        noClasses().that().resideOutsideOfPackages(homes).should().dependOnClassesThat()
                .resideInAPackage(technology).check(House.CLASSES);
    }

    private static Stream<Dependency> dependencies() {
        return House.CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(each -> House.isOurs(each.getTargetClass().getPackageName()));
    }
}
