package dev.weir.platform.pip;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A directory of wheels, as small as wheels can be. */
public record Wheels(Path directory) {
    /** A wheel with one module of its own name. */
    public Path wheel(String name, String version, String... requires) throws IOException {
        return wheel(name, version, "py3-none-any", Map.of(name + ".py", ("VERSION = '" + version + "'\n").getBytes(
                StandardCharsets.UTF_8)), requires);
    }

    public Path wheel(String name, String version, String tag, Map<String, byte[]> files, String... requires)
            throws IOException {
        String info = name + "-" + version + ".dist-info/";
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        StringBuilder metadata = new StringBuilder("Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version
                + "\n");
        for (String each : requires) {
            metadata.append("Requires-Dist: ").append(each).append('\n');
        }
        all.put(info + "METADATA", metadata.toString().getBytes(StandardCharsets.UTF_8));
        all.put(info + "WHEEL", ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: " + tag + "\n")
                .getBytes(StandardCharsets.UTF_8));
        StringBuilder rows = new StringBuilder();
        all.keySet().forEach(file -> rows.append(file).append(",,\n"));
        all.put(info + "RECORD", (rows + info + "RECORD,,\n").getBytes(StandardCharsets.UTF_8));
        Path wheel = directory.resolve(name + "-" + version + "-" + tag + ".whl");
        try (OutputStream out = Files.newOutputStream(wheel); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : all.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
                zip.closeEntry();
            }
        }
        return wheel;
    }

    public static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
