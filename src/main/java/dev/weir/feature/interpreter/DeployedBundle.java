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
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The code that a run was accepted for, out of its package: unpacked only by those who need its files, and by the batch. */
record DeployedBundle(RunOrder order, SkillCatalog catalog, PackageStore packages) implements Bundles {
    /** Unpacked. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;
    /** What travels as one call's argument, of which the service takes 100 MB as text (AWS: bedrock-agentcore-limits). */
    private static final int BATCH_BYTES = 8 * 1024 * 1024;

    @Override
    public Optional<Bundle> load(TenantId tenant, String slug) {
        Optional<Deployment> deployment = catalog.deployment(order.stage(), order.version()).await();
        return deployment.map(found -> Bundle.of(found.digest(), paths(zip(found)), found.metadata().handler(),
                order.timeout(), () -> batches(zip(found))));
    }

    private Path zip(Deployment deployment) {
        return packages.fetch(deployment.digest()).await();
    }

    /** What the package lists, of which nothing is unpacked; what it says of sizes is only good for an early refusal. */
    private static List<String> paths(Path zip) {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            List<? extends ZipEntry> entries = archive.stream().filter(entry -> !entry.isDirectory()).toList();
            if (entries.stream().mapToLong(entry -> Math.max(0, entry.getSize())).sum() > MAX_BYTES) {
                throw tooLarge();
            }
            return entries.stream().map(ZipEntry::getName).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<List<FileContent>> batches(Path zip) {
        Batches batches = new Batches(zip);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(batches, Spliterator.ORDERED), false)
                .onClose(batches::close);
    }

    private static ProblemException tooLarge() {
        return new ProblemException(new Problem.TooLarge("a package for an interpreter, unpacked,", MAX_BYTES));
    }

    /** Files of an open package, each unpacked when its batch is asked for, or, where it did not fit, one batch earlier. */
    private static final class Batches implements Iterator<List<FileContent>> {
        private final ZipFile archive;
        private final Iterator<? extends ZipEntry> entries;
        private Optional<FileContent> waiting = Optional.empty();
        private long left = MAX_BYTES;

        Batches(Path zip) {
            try {
                archive = new ZipFile(zip.toFile());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            entries = archive.stream().filter(entry -> !entry.isDirectory()).iterator();
        }

        @Override
        public boolean hasNext() {
            return waiting.isPresent() || entries.hasNext();
        }

        @Override
        public List<FileContent> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            List<FileContent> batch = new ArrayList<>();
            FileContent file = waiting.orElseGet(this::read);
            waiting = Optional.empty();
            batch.add(file);
            long size = file.bytes().length();
            while (size < BATCH_BYTES && waiting.isEmpty() && entries.hasNext()) {
                FileContent more = read();
                size += more.bytes().length();
                if (size <= BATCH_BYTES) {
                    batch.add(more);
                } else {
                    waiting = Optional.of(more);
                }
            }
            return batch;
        }

        private FileContent read() {
            ZipEntry entry = entries.next();
            try (InputStream content = archive.getInputStream(entry)) {
                byte[] bytes = content.readNBytes((int) left + 1);
                left -= bytes.length;
                if (left < 0) {
                    throw tooLarge();
                }
                return new FileContent(entry.getName(), Buffer.buffer(bytes));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        void close() {
            try {
                archive.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
