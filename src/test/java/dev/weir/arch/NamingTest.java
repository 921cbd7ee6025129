package dev.weir.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names that say nothing are not used; every package says what it is for. */
class NamingTest {
    private static final Pattern EMPTY_WORD = Pattern.compile("(Abstract|Base|Default)[A-Z].*"
            + "|.*(Impl|Manager|Utils?|Helpers?|Base|Service|Abstract|Default)");
    private static final Pattern PACKAGE_SENTENCE = Pattern
            .compile("(?s)/\\*\\*.*[.]\\s*\\*/\\s*package [a-z0-9.]+;\\s*");

    @Test
    void noTypeIsNamedByAnEmptyWord() {
        assertThat(House.CLASSES.stream().map(JavaClass::getSimpleName).filter(EMPTY_WORD.asMatchPredicate()))
                .isEmpty();
        assertThat(House.CLASSES).hasSizeGreaterThan(60);
    }

    @Test
    void noMethodOfOursBeginsWithGet() {
        assertThat(House.CLASSES.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getName().matches("get[A-Z].*"))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(method -> !isAskedForFromOutside(method))
                .map(JavaMethod::getFullName)).isEmpty();
    }

    @Test
    void inheritanceIsOneStepDeep() {
        assertThat(House.CLASSES.stream()
                .filter(type -> type.getAllRawSuperclasses().stream()
                        .filter(parent -> House.isOurs(parent.getPackageName())).count() > 1)
                .map(JavaClass::getName)).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<Path> packages = House.sources(House.MAIN).stream().map(Path::getParent).distinct().toList();
        assertThat(packages).hasSizeGreaterThan(5).allSatisfy(directory -> {
            Path sentence = directory.resolve("package-info.java");
            assertThat(sentence).exists();
            assertThat(Files.readString(sentence)).as(sentence.toString()).matches(PACKAGE_SENTENCE);
        });
    }

    /** Whether some type that is not ours gave the method its name. */
    private static boolean isAskedForFromOutside(JavaMethod method) {
        return supertypes(method.getOwner().reflect())
                .filter(type -> !House.isOurs(type.getPackageName()))
                .flatMap(type -> Stream.of(type.getMethods()))
                .anyMatch(other -> other.getName().equals(method.getName()));
    }

    private static Stream<Class<?>> supertypes(Class<?> type) {
        Stream<Class<?>> parents = Stream.concat(Stream.ofNullable(type.getSuperclass()),
                Stream.of(type.getInterfaces()));
        return parents.flatMap(parent -> Stream.concat(Stream.of(parent), supertypes(parent)));
    }
}
