package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.emulator.interpreter.Bench.Heard;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What well-meant Python does; one kernel for all, as the order of the tests must not matter. */
class PythonCodeTest {
    @TempDir
    static Path dir;
    private static Bench bench;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(Path.of(new Programs().python()).isAbsolute(), "python3 is not installed");
        bench = new Bench(dir);
    }

    @AfterAll
    static void close() throws IOException {
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void whatIsDefinedStaysUntilTheContextIsCleared() throws Exception {
        try (Bench own = new Bench(dir.resolve("own"))) {
            own.python("import math\ndef area(r):\n    return round(math.pi * r * r, 2)\nkept = 3");
            assertThat(own.python("area(kept)").stdout()).isEqualTo("28.27\n");

            Heard cleared = own.call("executeCode", new JsonObject().put("code", "kept").put("language", "python")
                    .put("clearContext", true));

            assertThat(cleared.stderr()).contains("NameError");
            assertThat(own.python("area(1)").isError()).isTrue();
        }
    }

    @Test
    void theValueOfALastExpressionIsShown() throws Exception {
        assertThat(bench.python("1\n'a' + 'b'").stdout()).isEqualTo("'ab'\n");
        assertThat(bench.python("_ * 2").stdout()).isEqualTo("'abab'\n");
        assertThat(bench.python("None").stdout()).isEmpty();
        assertThat(bench.python("7;").stdout()).isEmpty();
        assertThat(bench.python("x = 7").stdout()).isEmpty();
        assertThat(bench.python("# only this").stdout()).isEmpty();
        assertThat(bench.python("display(1, 'two')").stdout()).isEqualTo("1\n'two'\n");
    }

    @Test
    void anAnswerHasContentAndAllOfTheOutput() throws Exception {
        Heard heard = bench.python("import sys\nprint('out')\nprint('err', file=sys.stderr)");

        assertThat(heard.text()).isEqualTo("out\n");
        assertThat(heard.structured().fieldNames()).containsExactlyInAnyOrder("stdout", "stderr", "exitCode",
                "executionTime");
        assertThat(heard.stdout()).isEqualTo("out\n");
        assertThat(heard.stderr()).isEqualTo("err\n");
        assertThat(heard.exitCode()).isZero();
        assertThat(heard.isError()).isFalse();
    }

    @Test
    void anExceptionIsAResultWithATracebackOfTheCodeAlone() throws Exception {
        Heard heard = bench.python("def f():\n    return 1 / 0\nprint('before')\nf()");

        assertThat(heard.isError()).isTrue();
        assertThat(heard.exitCode()).isEqualTo(1);
        assertThat(heard.stdout()).isEqualTo("before\n");
        assertThat(heard.stderr()).startsWith("Traceback").contains("return 1 / 0").doesNotContain("<kernel>")
                .endsWith("ZeroDivisionError: division by zero\n");
        assertThat(bench.python("if").stderr()).contains("SyntaxError").doesNotContain("<kernel>");
    }

    @Test
    void exitGivesItsCodeAndTheStateStays() throws Exception {
        bench.python("stays = 5");
        assertThat(bench.python("import sys; sys.exit(3)").exitCode()).isEqualTo(3);
        assertThat(bench.python("raise SystemExit").exitCode()).isZero();
        Heard told = bench.python("sys.exit('so it is')");
        assertThat(told.exitCode()).isEqualTo(1);
        assertThat(told.stderr()).isEqualTo("so it is\n");
        assertThat(bench.python("stays").stdout()).isEqualTo("5\n");
    }

    @Test
    void outputComesWhileTheCodeRuns() throws Exception {
        Path go = bench.work().resolve("go");
        JsonObject code = new JsonObject().put("language", "python").put("code",
                "import os, time\nprint('first', end='')\nwhile not os.path.exists('go'):\n    time.sleep(0.01)\nprint('last')");

        Heard heard = bench.call("executeCode", code, (_, event) -> {
            if (Files.notExists(go)) {
                assertThat(event.getJsonArray("content").getJsonObject(0).getString("text")).isEqualTo("first");
                assertThat(event.containsKey("structuredContent")).isFalse();
                touch(go);
            }
        });

        assertThat(heard.events()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(heard.text()).isEqualTo("firstlast\n").isEqualTo(heard.stdout());
    }

    @Test
    void picturesAreContent() throws Exception {
        String png = "iVBORw0KGgo=";
        bench.python("class P:\n    def _repr_png_(self):\n        return b'\\x89PNG\\r\\n\\x1a\\n'");

        List<JsonObject> content = bench.python("print('a')\ndisplay(P())\nprint('b')\nP()").content();

        assertThat(content).extracting(block -> block.getString("type")).containsExactly("text", "image", "text",
                "image");
        assertThat(content.get(1).getString("data")).isEqualTo(png);
        assertThat(content.get(3).getString("mimeType")).isEqualTo("image/png");
    }

    /** The real one is large and slow to import; this has the four functions that matter. */
    @Test
    void figuresAreShownAndClosed() throws Exception {
        bench.call("writeFiles", new JsonObject("""
                {"content": [{"path": "matplotlib/__init__.py", "text": ""}, {"path": "matplotlib/pyplot.py", "text":
                "import builtins\\nopen_figures = [1, 2]\\ndef get_fignums():\\n    return list(open_figures)\\nclass figure:\\n    def __init__(self, n):\\n        self.n = n\\n    def savefig(self, to, **options):\\n        to.write(b'figure %d' % self.n)\\ndef close(which):\\n    open_figures.clear()\\ndef show():\\n    raise Exception('not ours')\\ndef switch_backend():\\n    show.__signature__ = None\\n"}]}
                """));

        List<JsonObject> shown = bench
                .python("import matplotlib.pyplot as plt\nplt.switch_backend()\nplt.show()\nprint('after')").content();
        List<JsonObject> left = bench.python("plt.open_figures.append(3)").content();

        assertThat(shown).extracting(block -> block.getString("type")).containsExactly("image", "image", "text");
        assertThat(new String(Base64.getDecoder().decode(shown.get(1).getString("data")), StandardCharsets.UTF_8))
                .isEqualTo("figure 2");
        assertThat(left).extracting(block -> block.getString("type")).containsExactly("image");
        assertThat(bench.python("plt.get_fignums()").stdout()).isEqualTo("[]\n");
    }

    @Test
    void codeMayAwait() throws Exception {
        assertThat(bench.python("import asyncio\nawait asyncio.sleep(0, 'slept')").stdout()).isEqualTo("'slept'\n");
    }

    @Test
    void anyTextGetsThrough() throws Exception {
        String odd = "\u2028\u2029\u0085\u001b\ud83d\ude00\"'\\ \u00e9";
        assertThat(bench.python("print(" + pythonText(odd) + ")").stdout()).isEqualTo(odd + "\n");
        assertThat(bench.python("s = '''" + "x\u2028\ud83d\ude00".repeat(250_000) + "'''\nlen(s)").stdout())
                .isEqualTo("750000\n");
        assertThat(bench.python("print('\\ud800|\\0|')").stdout()).isEqualTo("\\ud800|\0|\n");
        assertThat(bench.python("'a\0b'").isError()).isTrue();
        assertThat(bench.python("import os; os.write(1, b'\\xff\\xfe'); None").stdout()).isEqualTo("\ufffd\ufffd");
    }

    @Test
    void filesOfTheSessionAreInItsDirectory() throws Exception {
        bench.call("writeFiles", new JsonObject("""
                {"content": [{"path": "given.py", "text": "value = 42"}]}"""));
        assertThat(bench.python("import given\ngiven.value").stdout()).isEqualTo("42\n");
        assertThat(bench.python("input()").stderr()).contains("EOFError");
        assertThat(bench.python("import os\nsorted(k for k in os.environ if 'AWS' in k or 'WEIR' in k)").stdout())
                .isEqualTo("[]\n");
    }

    private static String pythonText(String text) {
        return text.codePoints().mapToObj(c -> "chr(" + c + ")").reduce("''", (a, b) -> a + "+" + b);
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
