package dev.weir.feature.interpreter;

import dev.weir.feature.interpreter.dispatch.Bundle;
import dev.weir.feature.interpreter.dispatch.Bundles;
import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The code that a run was accepted for, out of its package. */
record DeployedBundle(RunOrder order, SkillCatalog catalog, PackageStore packages) implements Bundles {
    /** Unpacked: it travels as one call's argument, of which the service takes 100 MB as text (AWS: bedrock-agentcore-limits). */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    @Override
    public Optional<Bundle> load(TenantId tenant, String slug) {
        Optional<Deployment> deployment = catalog.deployment(order.stage(), order.version()).await();
        return deployment.map(found -> new Bundle(found.digest(), files(packages.fetch(found.digest()).await()),
                found.metadata().handler(), order.timeout()));
    }

    private static List<FileContent> files(Path zip) {
        List<FileContent> files = new ArrayList<>();
        long left = MAX_BYTES;
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = archive.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory()) {
                    byte[] bytes = bytes(archive, entry, left);
                    left -= bytes.length;
                    files.add(new FileContent(entry.getName(), Buffer.buffer(bytes)));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return files;
    }

    private static byte[] bytes(ZipFile archive, ZipEntry entry, long left) throws IOException {
        try (InputStream content = archive.getInputStream(entry)) {
            byte[] bytes = content.readNBytes((int) left + 1);
            if (bytes.length > left) {
                throw new ProblemException(new Problem.TooLarge("a package for an interpreter, unpacked,", MAX_BYTES));
            }
            return bytes;
        }
    }
}
