package dev.weir.bridge.acp;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The one line that turns a shell into an agent, and the words by which its effects are known. None of the words is in the line as it is
 * typed, because the terminal echoes that.
 *
 * <p>Inside the VM: the terminal raw and silent; input through {@code tee}, beside which a {@code grep} notes at which line each of our
 * probes came, so that after a broken connection it can be told exactly what had arrived; errors into a file; output lines numbered, and
 * kept in a file, too, for what the service does not keep long enough. Where that file cannot grow it is not used further (25: SIGXFSZ).
 */
final class LaunchLine {
    private static final int NONCE_BYTES = 8;
    /** Of 512 or 1024 bytes each, as the shell sees it. */
    private static final int KEPT_BLOCKS = 256 * 1024;

    private final String nonce;
    private int probes;

    private LaunchLine(String nonce) {
        this.nonce = nonce;
    }

    static LaunchLine fresh(RandomGenerator random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return new LaunchLine(HexFormat.of().formatHex(nonce));
    }

    /** The line, with its end. */
    String text(String command) {
        boolean simple = command.chars().noneMatch(c -> ";&|<>(){}\n`".indexOf(c) >= 0);
        String quoted = ((simple ? "exec " : "") + command).replace("'", "'\\''");
        return " (d=%s;export TERM=dumb NO_COLOR=1;".formatted(directory())
                + "if mkdir -m 700 \"$d\"&&mkfifo \"$d/f\"&&stty raw -echo;then "
                + "LC_ALL=C grep -aon --line-buffered '\"id\":\"weir-%s-[0-9]*\"' <\"$d/f\" >\"$d/in\"& "
                        .formatted(nonce)
                + "printf 'WEIR-%%s-%s\\n' READY;".formatted(nonce)
                + "tee \"$d/f\"|{ sh -c 'echo $$ >\"$0/pid\";%s' \"$d\" 2>\"$d/err\";".formatted(quoted)
                + "printf '\\nWEIR-%%s-%s %%s\\n' EXIT $?;}|LC_ALL=C grep -an --line-buffered ''".formatted(nonce)
                + "|sh -c 'trap \"\" 25;ulimit -f %d;exec tee -a \"$0/out\"' \"$d\" 2>/dev/null;".formatted(KEPT_BLOCKS)
                + "else printf 'WEIR-%%s-%s\\n' FAIL;fi)\n".formatted(nonce);
    }

    private String directory() {
        return "\"${TMPDIR:-/tmp}/weir-" + nonce + "\"";
    }

    String ready() {
        return "WEIR-READY-" + nonce;
    }

    String failed() {
        return "WEIR-FAIL-" + nonce;
    }

    /** Stands in a numbered line, before a space and the agent's exit code. */
    String exit() {
        return "WEIR-EXIT-" + nonce;
    }

    /** What a shell says that took a probe for a command. */
    String freshShell() {
        return "WEIR-FRESH-" + nonce;
    }

    /** The id, as JSON text, of the next probe. */
    String nextProbe() {
        return "\"weir-" + nonce + "-" + ++probes + "\"";
    }

    /**
     * A line that an agent must answer with an error, and that a shell betrays itself by: it expands the command in it. An empty line goes
     * before, which ends whatever was half typed; the two are one write.
     */
    String probe(String id) {
        return "\n{\"params\":{\"_\":\"$(printf WEIR-%s-" + nonce + " FRESH)\"},\"id\":" + id
                + ",\"jsonrpc\":\"2.0\",\"method\":\"_weir/probe\"}\n";
    }

    /** Whether an id, as JSON text, is one of ours. */
    boolean owns(String id) {
        return id.startsWith("\"weir-" + nonce);
    }

    /** Shell commands that print the noted probes, one a line: the line's number, a colon, and the probe's id. */
    String noted() {
        return "cat " + directory() + "/in";
    }

    /** Shell commands that print the end of what the agent said on its error channel. */
    String errors() {
        return "tail -c 1000 " + directory() + "/err";
    }

    /** Shell commands that print, of the agent's numbered output from {@code line} on, {@code most} bytes behind the first {@code skip}. */
    String kept(long line, long skip, int most) {
        return "{ LC_ALL=C sed -n '/^%d:/,$p' %s/out|tail -c +%d|head -c %d;} 2>/dev/null".formatted(line, directory(),
                skip + 1, most);
    }

    /** Shell commands that forget the output that is kept. */
    String forgetKept() {
        return ": >" + directory() + "/out";
    }

    /** Shell commands that print {@code alive} if the agent is. */
    String alive() {
        return "kill -0 $(cat " + directory() + "/pid)&&echo alive";
    }

    /** Shell commands that ask the agent to end; what it has said is not left lying about. */
    String terminate() {
        return "kill -TERM $(cat " + directory() + "/pid);rm -f " + directory() + "/out";
    }
}
