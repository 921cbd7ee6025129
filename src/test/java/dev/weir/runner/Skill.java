package dev.weir.runner;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.wire.runner.GatewayFrame.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A skill package for a test and how to start it. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes it
record Skill(byte[] zip, String handler, String input, Map<String, String> env, long timeoutMs, long graceMs) {
    /** A package whose only file is {@code main.py} with a {@code handler}. */
    static Skill of(String source) {
        return new Skill(zip(Map.of("main.py", source)), "main:handler", "null", Map.of(), 60_000, 2_000);
    }

    Skill input(String json) {
        return new Skill(zip, handler, json, env, timeoutMs, graceMs);
    }

    Skill handler(String other) {
        return new Skill(zip, other, input, env, timeoutMs, graceMs);
    }

    Skill env(Map<String, String> other) {
        return new Skill(zip, handler, input, other, timeoutMs, graceMs);
    }

    Skill timeoutMs(long millis) {
        return new Skill(zip, handler, input, env, millis, graceMs);
    }

    Skill graceMs(long millis) {
        return new Skill(zip, handler, input, env, timeoutMs, millis);
    }

    Skill zip(byte[] other) {
        return new Skill(other, handler, input, env, timeoutMs, graceMs);
    }

    Start start() {
        return new Start(digest(), handler, json(input), env, timeoutMs, graceMs);
    }

    String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return ControlFrame.Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
