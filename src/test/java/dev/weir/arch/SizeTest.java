package dev.weir.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Files and methods that fit on a screen or two, read with the compiler's own parser. */
class SizeTest {
    private static final int FILE = 400;
    private static final int MOST_FILES = 250;
    private static final int METHOD = 60;
    private static final int PARAMETERS = 6;
    private static final int COMPONENTS = 10;
    private static final List<Path> ROOTS = List.of(House.MAIN, Path.of("src", "test", "java"),
            Path.of("src", "bench", "java"));

    @Test
    void filesAreShort() {
        List<Path> files = ROOTS.stream().flatMap(root -> House.sources(root).stream()).toList();
        assertThat(files).hasSizeGreaterThan(50)
                .allSatisfy(file -> assertThat(lines(file)).as(file.toString()).isLessThanOrEqualTo(FILE));
        List<Long> lengths = House.sources(House.MAIN).stream().map(SizeTest::lines).sorted().toList();
        assertThat(lengths.get(lengths.size() * 95 / 100)).as("95 % of the files").isLessThanOrEqualTo(MOST_FILES);
    }

    @Test
    void methodsAreShortAndTakeFewThings() throws IOException {
        List<String> breaches = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> files = ROOTS.stream().flatMap(root -> House.sources(root).stream()).toList();
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("--release", "25"), null,
                    manager.getJavaFileObjectsFromPaths(files));
            Ruler ruler = new Ruler(Trees.instance(task).getSourcePositions(), breaches);
            for (CompilationUnitTree unit : task.parse()) {
                ruler.scan(unit, unit);
            }
            assertThat(ruler.methods).isGreaterThan(100);
        }
        assertThat(breaches).isEmpty();
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Walks over one file and notes what is too large. */
    private static final class Ruler extends TreeScanner<Void, CompilationUnitTree> {
        private final SourcePositions positions;
        private final List<String> breaches;
        private int methods;
        private boolean inRecord;

        Ruler(SourcePositions positions, List<String> breaches) {
            this.positions = positions;
            this.breaches = breaches;
        }

        @Override
        public Void visitMethod(MethodTree method, CompilationUnitTree unit) {
            methods++;
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
            String name = unit.getSourceFile().getName() + ":" + first + " " + method.getName();
            if (last - first + 1 > METHOD) {
                breaches.add(name + " has " + (last - first + 1) + " lines");
            }
            boolean ofRecord = inRecord && method.getReturnType() == null;
            if (method.getParameters().size() > (ofRecord ? COMPONENTS : PARAMETERS)) {
                breaches.add(name + " has " + method.getParameters().size() + " parameters");
            }
            return super.visitMethod(method, unit);
        }

        @Override
        public Void visitClass(ClassTree type, CompilationUnitTree unit) {
            long components = type.getMembers().stream()
                    .filter(member -> member instanceof VariableTree variable
                            && !variable.getModifiers().getFlags().contains(Modifier.STATIC))
                    .count();
            if (type.getKind() == Tree.Kind.RECORD && components > COMPONENTS) {
                breaches.add(type.getSimpleName() + " has " + components + " components");
            }
            boolean outside = inRecord;
            inRecord = type.getKind() == Tree.Kind.RECORD;
            super.visitClass(type, unit);
            inRecord = outside;
            return null;
        }
    }
}
