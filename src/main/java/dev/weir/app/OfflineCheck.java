package dev.weir.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.Manifest;
import dev.weir.platform.python.PythonSourceCheck;
import dev.weir.platform.python.ScanLimits;
import dev.weir.platform.python.ScanPolicy;
import dev.weir.wire.zip.ArchiveEntry;
import dev.weir.wire.zip.StrictZip;
import dev.weir.wire.zip.ZipLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code weir skill check}: a gateway's judgement of a package, without a gateway. Blocks. */
public final class OfflineCheck {
    private OfflineCheck() {}

    /** {@code findings} and {@code metadata}, as an upload's document shows them. */
    public static ObjectNode run(byte[] zip) {
        List<Finding> findings = new ArrayList<>();
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        switch (StrictZip.read(ByteBuffer.wrap(zip), ZipLimits.SKILL)) {
            case StrictZip.Reading.Refused refused -> refused.faults().forEach(fault -> findings.add(
                    new Finding(fault.rule().id(), "error", fault.entry(), 0, fault.message())));
            case StrictZip.Reading.Sound sound -> {
                sound.zip().content(Manifest.FILE).map(Manifest::read).ifPresent(reading -> {
                    switch (reading) {
                        case Manifest.Reading.Read read -> metadata.put("handler", read.manifest().handler());
                        case Manifest.Reading.Refused refused -> findings.addAll(refused.findings());
                    }
                });
                findings.addAll(source(sound.zip()));
            }
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode array = document.putArray("findings");
        findings.forEach(each -> array.addObject().put("rule", each.rule()).put("severity", each.severity())
                .put("file", each.file()).put("line", each.line()).put("message", each.message()));
        return document.set("metadata", metadata);
    }

    private static List<Finding> source(StrictZip zip) {
        try {
            Path work = Files.createTempDirectory("weir-check-");
            try {
                Path code = Files.createDirectory(work.resolve("code"));
                for (ArchiveEntry entry : zip.entries()) {
                    if (!entry.isFolder()) {
                        Path file = code.resolve(entry.name());
                        Files.createDirectories(file.getParent());
                        Files.write(file, zip.content(entry.name()).orElseThrow());
                    }
                }
                return new PythonSourceCheck("python3", work.resolve("scan"), ScanPolicy.usual(), ScanLimits.usual(),
                        Runnable::run).inspect(code).result().findings();
            } finally {
                delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary directory cannot be used", e);
        }
    }

    private static void delete(Path work) throws IOException {
        try (Stream<Path> all = Files.walk(work)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
