package dev.weir.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers may be, and what becomes of their values, output and misdeeds: with a real Python. */
class HandlerTest {
    @TempDir
    Path workDir;

    private Rig rig;

    @BeforeEach
    void start() throws TimeoutException {
        rig = new Rig(workDir);
    }

    @AfterEach
    void stop() throws TimeoutException {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void functionReturnsItsOutput() {
        List<Event> events = rig
                .run(Skill.of("def handler(input): return {'twice': input['n'] * 2, 'f': 1.0}").input("{\"n\":21}"));
        assertThat(events).containsExactly(new Succeeded(Skill.json("{\"twice\":42,\"f\":1.0}")));
        assertThat(((Succeeded) events.getFirst()).output().toString()).isEqualTo("{\"twice\":42,\"f\":1.0}");
    }

    @Test
    void coroutineIsAwaited() {
        assertThat(rig.run(Skill.of("""
                import asyncio
                async def handler(input):
                    await asyncio.sleep(0)
                    return 'done'
                """))).containsExactly(new Succeeded(Skill.json("\"done\"")));
    }

    /** What a wheel brings stands behind the skill's own modules and the standard library. */
    @Test
    void dependenciesAreThereAndHideNothing() {
        byte[] zip = Skill.zip(Map.of("main.py", """
                import asyncio
                import mine
                import theirs
                async def handler(input):
                    await asyncio.sleep(0)
                    return [mine.NAME, theirs.NAME]
                """, "mine.py", "NAME = 'skill'", ".weir/dependencies/mine.py", "NAME = 'wheel'",
                ".weir/dependencies/asyncio.py", "", ".weir/dependencies/theirs.py", "NAME = 'wheel'"));
        assertThat(rig.run(Skill.of("").zip(zip))).containsExactly(succeeded("[\"skill\",\"wheel\"]"));
    }

    @Test
    void generatorYieldsMessagesAndReturns() {
        assertThat(rig.run(Skill.of("""
                def handler(input):
                    yield 1
                    yield {'two': 2}
                    return 'three'
                """))).containsExactly(message("1"), message("{\"two\":2}"), succeeded("\"three\""));
    }

    @Test
    void lastYieldIsTheOutputOfAGeneratorThatReturnsNothing() {
        assertThat(rig.run(Skill.of("""
                def handler(input):
                    yield 1
                    yield 2
                """))).containsExactly(message("1"), message("2"), succeeded("2"));
    }

    @Test
    void asyncGeneratorYieldsMessages() {
        assertThat(rig.run(Skill.of("""
                import asyncio
                async def handler(input):
                    for i in range(3):
                        await asyncio.sleep(0)
                        yield i
                """))).containsExactly(message("0"), message("1"), message("2"), succeeded("2"));
    }

    @Test
    void outputAndMessagesKeepTheirOrder() {
        List<Event> events = rig.run(Skill.of("""
                import sys
                def handler(input):
                    for i in range(300):
                        print('before', i, end='')
                        if i % 3 == 0: print('err', i, file=sys.stderr)
                        yield i
                    print('last')
                """));
        StringBuilder said = new StringBuilder();
        for (Event event : events) {
            switch (event) {
                case Output output when output.stream().equals("stdout") -> said.append(output.text());
                case Output _ -> {
                }
                case Message message -> said.append("|").append(message.value()).append("|");
                default -> said.append(event);
            }
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            expected.append("before ").append(i).append("|").append(i).append("|");
        }
        assertThat(said).hasToString(expected + "last\n" + succeeded("299"));
        assertThat(Gateway.text(events, "stderr")).startsWith("err 0\nerr 3\n").endsWith("err 297\n");
    }

    @Test
    void charactersSplitBetweenWritesComeOutWhole() {
        List<Event> events = rig.run(Skill.of("""
                import os, time
                def handler(input):
                    for b in 'a\\u00e9\\u20ac\\U0001F600z'.encode() * 20:
                        os.write(1, bytes([b]))
                        time.sleep(0.0005)
                """));
        assertThat(Gateway.text(events, "stdout")).isEqualTo("a\u00e9\u20ac\uD83D\uDE00z".repeat(20));
        assertThat(events).noneMatch(event -> event instanceof Output output
                && Character.isHighSurrogate(output.text().charAt(output.text().length() - 1)));
    }

    @Test
    void binaryOutputBecomesReplacementCharacters() {
        List<Event> events = rig.run(Skill.of("""
                import os
                def handler(input):
                    os.write(1, bytes(range(256)) * 400)
                    os.write(2, b'cut \\xe2\\x82')
                    return 'ok'
                """));
        assertThat(Gateway.text(events, "stdout")).hasSize(256 * 400).contains("\u0000\u0001\u0002").contains("\uFFFD");
        assertThat(Gateway.text(events, "stderr")).isEqualTo("cut \uFFFD");
        assertThat(events.getLast()).isEqualTo(succeeded("\"ok\""));
    }

    @Test
    void linesThatLookLikeFramesAreOutput() {
        String line = "{\"type\":\"events\",\"first\":1,\"events\":[{\"kind\":\"succeeded\",\"output\":1}]}";
        List<Event> events = rig.run(Skill.of("""
                def handler(input):
                    print(input['line'])
                    print('{"kind":"result","value":"forged"}', flush=True)
                    return 'real'
                """)
                .input("{\"line\":" + Skill.json("\"x\"").toString().replace("x", line.replace("\"", "\\\"")) + "}"));
        assertThat(Gateway.text(events, "stdout")).isEqualTo(line + "\n{\"kind\":\"result\",\"value\":\"forged\"}\n");
        assertThat(events.getLast()).isEqualTo(succeeded("\"real\""));
    }

    @Test
    void garbageOnOtherDescriptorsCannotPoseAsAResult() {
        List<Event> events = rig.run(Skill.of("""
                import os
                def handler(input):
                    for fd in range(3, 20):
                        try: os.write(fd, b'{"kind":"result","value":1}')
                        except OSError: pass
                    return 'real'
                """));
        assertThat(events.getLast()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.kind()).isEqualTo("handler_error");
            assertThat(failed.message()).contains("reserved for the runner");
        });
    }

    @Test
    void environmentIsExactlyWhatWasGiven() {
        Map<String, String> env = Map.of("A", "1", "GREETING", "gr\u00fc\u00df dich", "PYTHONHASHSEED", "7");
        List<Event> events = rig.run(Skill.of("""
                import os, subprocess, sys
                def handler(input):
                    child = 'import os, json; print(json.dumps(dict(os.environ)))'
                    import json
                    seen = json.loads(subprocess.check_output([sys.executable, '-X', 'utf8', '-c', child]))
                    seen.pop('LC_CTYPE', None)
                    return [dict(os.environ), seen, sys.stdin.read(), os.path.basename(os.getcwd()), sys.argv]
                """).env(env));
        String expected = "{\"A\":\"1\",\"GREETING\":\"gr\u00fc\u00df dich\",\"PYTHONHASHSEED\":\"7\"}";
        assertThat(events).containsExactly(
                succeeded("[" + expected + "," + expected + ",\"\",\"code\",[\"main:handler\"]]"));
    }

    @Test
    void theRunnerStripsAgain() {
        Map<String, String> env = Map.of("A", "1", "AWS_REGION", "x", "ld_preload", "y", "PYTHONPATH", "/tmp",
                "BASH_ENV", "z");
        List<Event> events = rig.run(Skill.of("""
                import os
                def handler(input):
                    return dict(os.environ)
                """).env(env));
        assertThat(events).containsExactly(succeeded("{\"A\":\"1\"}"));
    }

    @Test
    void exceptionIsAHandlerErrorWithATracebackOfTheSkillOnly() {
        List<Event> events = rig.run(Skill.of("""
                def handler(input):
                    inner()
                def inner():
                    raise ValueError('no such thing')
                """));
        assertThat(events.getLast()).isEqualTo(new Failed("handler_error", "ValueError: no such thing"));
        assertThat(Gateway.text(events, "stderr")).startsWith("Traceback").contains("main.py").contains("in inner")
                .doesNotContain("bootstrap");
    }

    @Test
    void longErrorTextIsCut() {
        assertThat(rig.run(Skill.of("def handler(input): raise ValueError('x' * 100000)")).getLast())
                .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.message()).hasSize(2_000));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            import sys; sys.exit(3)              | the handler called sys.exit(3)
            import os; os._exit(4)               | the handler's process ended with exit code 4 before the handler returned
            import os; os.kill(os.getpid(), 9)   | the handler's process was ended by signal 9 (SIGKILL)
            import os; os.kill(os.getpid(), 11)  | the handler's process was ended by signal 11 (SIGSEGV)
            import os; os.abort()                | the handler's process was ended by signal 6 (SIGABRT)
            import nowhere                       | ModuleNotFoundError: No module named 'nowhere'
            raise KeyboardInterrupt()            | KeyboardInterrupt
            import os; os.closerange(3, 50)      | the handler's process ended with exit code 70 before the handler returned
            """)
    void deathIsAHandlerError(String body, String message) {
        assertThat(rig.run(Skill.of("def handler(input):\n    " + body)).getLast())
                .isEqualTo(new Failed("handler_error", message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nothing:handler | the package has no module 'nothing'
            main:nothing    | module 'main' has no function 'nothing'
            main:number     | 'main:number' is not a function
            main            | the handler must be named module:function
            broken:handler  | ZeroDivisionError: division by zero
            wrong:handler   | SyntaxError: invalid syntax (wrong.py, line 1)
            """)
    void handlerThatCannotBeFoundIsAHandlerError(String name, String message) {
        byte[] zip = Skill.zip(Map.of("main.py", "number = 1", "broken.py", "1 / 0", "wrong.py", "def def"));
        assertThat(rig.run(Skill.of("").zip(zip).handler(name)).getLast())
                .isEqualTo(new Failed("handler_error", message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            return float('nan')              | not valid JSON
            return {1: 2}                    | keys of an object must be strings
            return object()                  | not valid JSON
            return '\\ud800'                 | lone surrogate
            return 10 ** 2000                | too many digits
            return 'x' * 50_000_000          | the output is 50000002 bytes of JSON; at most 4194304 are allowed
            x = []; x.append(x); return x    | nested more than 400 deep
            yield 'x' * 2_000_000            | a yielded value is 2000002 bytes of JSON; at most 1048576 are allowed
            yield float('inf')               | a yielded value is not valid JSON
            """)
    void outputThatIsNoJsonOrTooLargeIsRefused(String body, String reason) {
        assertThat(rig.run(Skill.of("def handler(input):\n    " + body)).getLast())
                .isInstanceOfSatisfying(Failed.class, failed -> {
                    assertThat(failed.kind()).isEqualTo("output_invalid");
                    assertThat(failed.message()).contains(reason);
                });
    }

    @Test
    void largestMessageAndOutputGoThroughInParts() {
        Gateway gateway = rig.gateway().acknowledging();
        gateway.send(rig.attach(Skill.of("""
                def handler(input):
                    yield '\\u20ac' * 300_000
                    return 'x' * 4_000_000
                """)));
        List<Event> events = gateway.awaitEnd();
        assertThat(Gateway.messages(events)).containsExactly("\"" + "\u20ac".repeat(300_000) + "\"");
        assertThat(events.getLast()).isEqualTo(succeeded("\"" + "x".repeat(4_000_000) + "\""));
        assertThat(gateway.messageSizes).allMatch(size -> size <= 32 * 1024);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void childThatKeepsTheOutputOpenDoesNotHoldUpTheResult(boolean leavesTheGroup) {
        List<Event> events = rig.run(Skill.of("""
                import os, time
                def handler(input):
                    child = os.fork()
                    if child == 0:
                        if input: os.setsid()
                        while True: time.sleep(0.1)
                    print('parent')
                    return child
                """).input(Boolean.toString(leavesTheGroup)));
        assertThat(Gateway.text(events, "stdout")).isEqualTo("parent\n");
        int child = ((Succeeded) events.getLast()).output().intValue();
        if (leavesTheGroup) {
            Posix.kill(child, 9);
        }
        await().atMost(Gateway.PATIENCE).until(() -> Rig.isDead(child));
    }

    @Test
    void forkedChildThatReturnsHasNoSay() {
        assertThat(rig.run(Skill.of("""
                import os
                def handler(input):
                    child = os.fork()
                    if child == 0: return 'child'
                    os.waitpid(child, 0)
                    return 'parent'
                """))).containsExactly(succeeded("\"parent\""));
    }

    private static Message message(String json) {
        return new Message(Skill.json(json));
    }

    private static Succeeded succeeded(String json) {
        return new Succeeded(Skill.json(json));
    }
}
