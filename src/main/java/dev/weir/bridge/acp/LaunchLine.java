package dev.weir.bridge.acp;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The one line that turns a shell into an agent, and the words by which its effects are known. None of the words is in the line as it is
 * typed, because the terminal echoes that. It replaces the shell that it is typed into, so that nothing typed later is ever a command.
 *
 * <p>Inside the VM: the terminal raw and silent; input through {@code tee}, beside which a filter notes at which line each of our probes
 * came, so that after a broken connection it can be told exactly what had arrived; errors into two small files in turn; output lines behind
 * their number and their place ({@link Heading}), and kept in a file, too, for what the service does not keep long enough; where that cannot
 * grow it is not used further (25: SIGXFSZ). The filter is GNU {@code grep}, or else {@code awk} (busybox: its {@code grep} knows no
 * places). The agent gets a session of its own where there is {@code setsid}: it cannot reach the terminal past its pipes, and all of its
 * processes can be asked to end.
 */
final class LaunchLine {
    /** A terminal that no shell has made raw yet cuts longer lines: 4,095 bytes, the end of the line among them (Linux n_tty). */
    private static final int LONGEST = 4000;
    private static final int NONCE_BYTES = 8;
    /** Of 512 or 1024 bytes each, as the shell sees it. */
    private static final int KEPT_BLOCKS = 256 * 1024;
    private static final String DIRECTORY = "\"${TMPDIR:-/tmp}\"/weir-";
    /** For {@code sh -c '...' sh COMMAND}: no apostrophes in it; @ stands for the nonce. */
    private static final String SCRIPT = "d=\"${TMPDIR:-/tmp}/weir-@\";export TERM=dumb NO_COLOR=1;"
            + "k(){ LC_ALL=C grep -abn --line-buffered \"$1\";};"
            + "echo x|k x >/dev/null 2>&1||k(){ LC_ALL=C awk -v OFS=: -v o=0 -v r=\"$1\" "
            + "\"\\$0~r{print NR,o,\\$0;fflush()}{o+=length+1}\";};"
            + "if mkdir -m 700 \"$d\"&&mkfifo \"$d/f\"&&stty raw -echo;then "
            + "k \"\\\"id\\\":\\\"weir-@-\" <\"$d/f\" >\"$d/in\"& "
            + "s=;command -v setsid >/dev/null&&s=setsid;"
            + "tee \"$d/f\"|{ { $s sh -c \"echo \\$\\$>\\\"$d/pid\\\";printf \\\"WEIR-%s-@\\n\\\" READY;$1\" 2>&1 >&3 3>&-;"
            + "c=$?;echo $c>\"$d/exit\";trap \"\" 13;printf \"\\nWEIR-%s-@ %s\\n\" EXIT $c>&3||printf \"\\nWEIR-%s-@\\n\" GONE>/dev/tty;}|"
            + "{ while dd bs=4k count=99 of=\"$d/e\";[ -s \"$d/e\" ];do mv \"$d/e\" \"$d/err\";done;} 2>/dev/null 3>&-;} "
            + "3>&1|k \"\"|(trap \"\" 25;ulimit -f " + KEPT_BLOCKS
            + ";exec tee -a \"$d/out\" 2>/dev/null);printf \"\\nWEIR-%s-@\\n\" GONE;else printf \"WEIR-%s-@\\n\" FAIL;fi;exec cat >/dev/null";

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

    /** Whether an agent's command line can be typed: not too long with what is around it, and without control characters. */
    static boolean isTypable(String command) {
        return command.chars().noneMatch(Character::isISOControl)
                && new LaunchLine("0".repeat(2 * NONCE_BYTES)).text(command)
                        .getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    }

    /** The line, with its end. */
    String text(String command) {
        return " exec sh -c '" + SCRIPT.replace("@", nonce) + "' sh '" + command.replace("'", "'\\''") + "'\n";
    }

    /** The agent's first line, numbered like all that follow: the pipeline works. */
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

    /** Stands alone: the pipeline has ended, however that came about. */
    String gone() {
        return "WEIR-GONE-" + nonce;
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

    /** Shell commands that print how the agent is, and then the probes that came to it; see {@link AgentState#of}. */
    String look() {
        return "d=" + DIRECTORY + nonce
                + ";if [ ! -d \"$d\" ];then echo gone;elif [ -s \"$d/exit\" ];then echo exit $(cat \"$d/exit\");"
                + "elif kill -0 $(cat \"$d/pid\") 2>/dev/null;then echo alive;else echo exit -1;fi;cat \"$d/in\"";
    }

    /** Shell commands that print, of the agent's numbered output from {@code line} on, {@code most} bytes behind the first {@code skip}. */
    String kept(long line, long skip, int most) {
        return "{ LC_ALL=C sed -n '/^" + line + ":/,$p' " + DIRECTORY + nonce + "/out|tail -c +" + (skip + 1)
                + "|head -c "
                + most + ";} 2>/dev/null";
    }

    /** Shell commands that forget the output that is kept. */
    String forgetKept() {
        return ": >" + DIRECTORY + nonce + "/out";
    }

    /** Shell commands that print the end of what the agent said on its error channel, and clear away what it has left behind. */
    String farewell() {
        return "d=" + DIRECTORY + nonce + ";cat \"$d/err\" \"$d/e\" 2>/dev/null|tail -c 1000;"
                + "kill -TERM -$(cat \"$d/pid\") 2>/dev/null;rm -rf \"$d\"";
    }

    /** Shell commands that ask the agent to end, wait for {@code tenths} of a second at most until it has, and clear it away. */
    String end(int tenths) {
        return end(DIRECTORY + nonce, tenths);
    }

    /** The same for every agent of ours in the machine. */
    static String endAll(int tenths) {
        return end(DIRECTORY + "*", tenths);
    }

    private static String end(String directories, int tenths) {
        return "for d in " + directories + ";do p=$(cat \"$d/pid\");q=-$p;kill -0 $q||q=$p;kill -TERM $q;n=0;"
                + "while kill -0 $q&&[ $n -lt " + tenths + " ];do sleep .1||sleep 1;n=$((n+1));done;"
                + "kill -KILL $q;rm -rf \"$d\";done 2>/dev/null";
    }
}
