package dev.weir.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.GatewayProcess;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * One skill, invoked over HTTP at the packaged gateway and waited for: in a microVM of its own, in an interpreter session that has to be started,
 * and in a warm one; in turns, so that the machine's moods hit all three. Argument: rounds (20).
 */
public final class DispatchBench {
    private DispatchBench() {}

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
        Path data = Files.createTempDirectory("weir-bench");
        try (GatewayProcess gateway = new GatewayProcess(data).start()) {
            Api api = gateway.api();
            byte[] skill = Api.zip("def handler(value):\n    return value\n");
            api.deploy("in-vm", "{\"runtime\":\"agent\"}", skill);
            api.deploy("in-session", "{\"runtime\":\"interpreter\"}", skill);
            api.deploy("in-process", "{\"runtime\":\"interpreter-process\"}", skill);
            measure(api, "in-vm"); // what is loaded once is nobody's latency
            measure(api, "in-session");
            measure(api, "in-process");
            long[] machine = new long[rounds];
            long[] cold = new long[rounds];
            long[] warm = new long[rounds];
            long[] apart = new long[rounds];
            for (int i = 0; i < rounds; i++) {
                machine[i] = measure(api, "in-vm");
                api.send("POST", "/v1/interpreter/pool/flush", BodyPublishers.noBody()).expect(200);
                cold[i] = measure(api, "in-session");
                warm[i] = measure(api, "in-session");
                apart[i] = measure(api, "in-process");
            }
            report("microVM", machine, warm);
            report("cold session", cold, warm);
            report("warm session", warm, warm);
            report("warm session, own process", apart, warm);
        }
    }

    private static long measure(Api api, String skill) {
        long began = System.nanoTime();
        JsonNode run = api.post("/v1/skills/" + skill + "/stages/prod/runs", "{}", "Prefer", "wait=60").expect(200);
        long took = System.nanoTime() - began;
        if (!run.path("status").asText().equals("succeeded")) {
            throw new IllegalStateException(run.toString());
        }
        return took;
    }

    private static void report(String what, long[] nanos, long[] base) {
        System.out.printf(Locale.ROOT, "%-26s p50 %7.1f ms   least %7.1f ms   p50 / warm p50 %5.2f%n", what,
                millis(median(nanos)), millis(Arrays.stream(nanos).min().orElse(0)),
                (double) median(nanos) / median(base));
    }

    private static long median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
