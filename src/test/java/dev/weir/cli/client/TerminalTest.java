package dev.weir.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final Map<String, String> COLOURED = Map.of("TERM", "xterm");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void forget() {
        System.clearProperty("weir.terminal");
    }

    @Test
    void withoutATerminalThereIsNeitherColourNorProgress() {
        Terminal terminal = terminal(COLOURED);
        terminal.progress("upload", 1, 2);
        terminal.alarm("no");
        assertThat(err.toString()).isEqualTo("no" + System.lineSeparator());
    }

    @Test
    void aTerminalGetsBothUnlessItSaysNo() {
        System.setProperty("weir.terminal", "true");
        Terminal terminal = terminal(COLOURED);
        terminal.progress("upload", 1024, 2048);
        terminal.progress("upload", 2048, 2048);
        terminal.alarm("no");
        assertThat(err.toString()).contains("\rupload [###############...............] 1/2 KiB",
                "[##############################] 2/2 KiB\n", "\u001b[31mno\u001b[0m");
        err.getBuffer().setLength(0);
        terminal(Map.of("TERM", "xterm", "NO_COLOR", "1")).alarm("no");
        terminal(Map.of("TERM", "dumb")).alarm("no");
        terminal(Map.of()).progress("upload", 1, 2);
        assertThat(err.toString().lines()).containsExactly("no", "no");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatOthersSayDoesNotSteerTheTerminal() {
        Terminal terminal = terminal(Map.of());
        terminal.note("a\u001b]0;b\u0007\rc\u009bd\te");
        terminal.line("x\u001b[2Jy");
        assertThat(err.toString().strip()).isEqualTo("a?]0;b??c?d\te");
        assertThat(out.toString().strip()).isEqualTo("x?[2Jy");
    }

    @Test
    void nobodyReadsAnyMore() {
        PrintWriter closed = new PrintWriter(Writer.nullWriter());
        closed.close();
        assertThatThrownBy(() -> new Terminal(closed, closed, Map.of()).line("x")).isInstanceOf(ClientException.class);
    }

    private Terminal terminal(Map<String, String> environment) {
        return new Terminal(new PrintWriter(out), new PrintWriter(err), environment);
    }
}
