package dev.weir.app;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a newcomer needs to know of a gateway that has just started, and where scripts find it. */
record Welcome(Path dir, String api, String admin, String emulator) {
    private static final String ADDRESSES = "addresses.json";

    /** Takes back what an earlier life of the gateway wrote: nobody is to call a port that may be another program's by now. */
    static void withdrawAddresses(Path dir) throws IOException {
        Files.deleteIfExists(dir.resolve(ADDRESSES));
    }

    /** {@code addresses.json}: present and whole only once the gateway is ready. */
    void writeAddresses() throws IOException {
        PrivateText.write(dir.resolve(ADDRESSES),
                new JsonObject().put("api", api).put("admin", admin).put("emulator", emulator).encodePrettily() + "\n");
    }

    void print(boolean freshKey) {
        Path key = dir.resolve("owner.key");
        System.out.println("""

                Weir is ready (embedded mode: one machine, no AWS).
                  console    %s/console
                  API        %s
                  admin      %s  (/livez /readyz /metrics)
                  data       %s
                  owner key  %s%s

                Skills run as ordinary processes of this user: this mode is not a sandbox for code you do not trust.

                Watch the sample skill stream:

                  curl -N -H "Authorization: Bearer $(cat '%s')" \\
                    -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \\
                    -d '{"name": "you", "count": 5, "delay_ms": 500}' \\
                    %s/v1/skills/%s/stages/%s/runs
                """.formatted(api, api, admin, dir, key, freshKey ? "  (new)" : "", key, api, SampleSkill.NAME,
                SampleSkill.STAGE));
    }
}
