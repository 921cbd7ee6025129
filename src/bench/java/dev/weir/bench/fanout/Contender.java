package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who is measured. */
enum Contender {
    WEIR("Weir", true), DIRECT("Weir past run and log", true), BATCH("raw-batch", true), SINGLE("raw", true), NCHAN(
            "nchan",
            false), C_BATCH("fanload raw-batch", false), C_SINGLE("fanload raw", false);

    private final String title;
    private final boolean compiles;

    Contender(String title, boolean compiles) {
        this.title = title;
        this.compiles = compiles;
    }

    String title() {
        return title;
    }

    /** Whether it becomes faster while it runs, and has to be warmed up for seconds. */
    boolean compiles() {
        return compiles;
    }

    /** Whether it is a program that brings its own server and client. */
    boolean foreign() {
        return this == C_BATCH || this == C_SINGLE;
    }

    /** Those that can be measured here. */
    static List<Contender> present(Options options) {
        List<Contender> all = new ArrayList<>(List.of(WEIR, BATCH, SINGLE));
        if (options.nchan()) {
            all.add(NCHAN);
        }
        if (options.fanload().isPresent()) {
            all.addAll(List.of(C_BATCH, C_SINGLE));
        }
        return all;
    }

    ServerProcess start(Site site, Load.Protocol protocol) throws IOException, InterruptedException {
        String core = Integer.toString(Site.SERVER_CORE);
        return switch (this) {
            case WEIR -> new WeirServer(site, core, List.of(), List.of());
            case DIRECT -> new WeirServer(site, core, List.of(), List.of("--direct"));
            case BATCH -> new RawProcess(site, core, protocol, true, 1);
            case SINGLE -> new RawProcess(site, core, protocol, false, 1);
            case NCHAN -> new NchanServer(site);
            case C_BATCH, C_SINGLE -> throw new IllegalStateException("it has a server of its own");
        };
    }
}
