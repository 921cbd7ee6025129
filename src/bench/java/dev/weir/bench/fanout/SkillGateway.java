package dev.weir.bench.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The packaged gateway as it is delivered, with a skill in Python that says the messages: all of it on the server's core, the microVM, too. */
final class SkillGateway implements ServerProcess {
    private static final String SKILL = "fanout";
    private static final int PATIENCE_SECONDS = 60;

    private final Path data;
    private final Child child;
    private final Api api;
    private String input = "{}";

    SkillGateway(Site site, Path home, Path skill) throws IOException {
        data = Files.createTempDirectory(site.scratch(), "weir");
        child = Child.start(site.on(Integer.toString(Site.SERVER_CORE),
                List.of(home.resolve("bin").resolve("weir").toString(), "serve", "--data", data.toString(), "--port",
                        "0",
                        "--admin-port", "0")),
                Map.of("WEIR_JAVA", Site.java()), site.scratch().resolve("stderr.log"));
        try {
            JsonNode addresses = LoadMain.JSON.readTree(awaitReady().toFile());
            api = new Api(addresses.path("api").asText(), Files.readString(data.resolve("owner.key")));
            api.deploy(SKILL, "{\"timeout_seconds\":600}", Api.zip(Files.readString(skill)));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Path awaitReady() throws IOException {
        Path addresses = data.resolve("addresses.json");
        for (int i = 0; i < PATIENCE_SECONDS * 100 && child.isAlive(); i++) {
            if (Files.exists(addresses)) {
                return addresses;
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new IOException("the packaged gateway does not start");
    }

    /** What the next run is invoked with. */
    void input(String json) {
        input = json;
    }

    /** Starts a run; what it says is all of the stream. */
    @Override
    public Load.Target target(Load.Protocol protocol) {
        String run = api.invoke(SKILL, input);
        return new Load.Target(URI.create(api.base()).getPort(),
                "/v1/runs/" + run + (protocol == Load.Protocol.SSE ? "/events" : "/socket"),
                "Authorization: Bearer " + api.key(), Load.Way.NONE, 0, "");
    }

    /** The gateway alone. */
    @Override
    public List<Long> pids() {
        return child.pids().subList(0, 1);
    }

    /** The process with the microVMs would stay for the next gateway on the directory. */
    @Override
    public void close() {
        List<ProcessHandle> left = new ArrayList<>();
        emulator(left);
        child.close();
        left.forEach(ProcessHandle::destroyForcibly);
    }

    private void emulator(List<ProcessHandle> left) {
        try {
            long pid = LoadMain.JSON.readTree(data.resolve("emulator.json").toFile()).path("pid").asLong();
            boolean ours = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).contains(data.toString());
            ProcessHandle.of(pid).filter(_ -> ours).ifPresent(emulator -> {
                left.addAll(emulator.descendants().toList());
                left.add(emulator);
            });
        } catch (IOException none) {
            left.clear();
        }
    }
}
