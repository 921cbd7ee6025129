package dev.weir.runner;

import java.util.Map;

/** How a process that gave no result ended, in words. */
final class ExitStatus {
    private static final int SIGNALLED = 128;
    private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(1, "SIGHUP"), Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"), Map.entry(4, "SIGILL"), Map.entry(6, "SIGABRT"), Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"), Map.entry(9, "SIGKILL"), Map.entry(11, "SIGSEGV"), Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"), Map.entry(15, "SIGTERM"), Map.entry(24, "SIGXCPU"), Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    private ExitStatus() {}

    /** @param code of {@link Process#exitValue}, which shows a signal as 128 and its number */
    static String describe(int code) {
        String name = NAMES.get(code - SIGNALLED);
        return name == null
                ? "the handler's process ended with exit code " + code + " before the handler returned"
                : "the handler's process was ended by signal " + (code - SIGNALLED) + " (" + name + ")";
    }
}
