package dev.weir.app;

import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.Manifest;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** {@code hello-stream}: what a newcomer invokes first. Blocking. */
final class SampleSkill {
    static final String NAME = "hello-stream";
    static final String STAGE = "prod";

    private static final String DESCRIPTION = "Greets somebody as often as asked, one greeting at a time.";
    private static final String INPUT_SCHEMA = """
            {"type":"object","additionalProperties":false,"properties":{
            "name":{"type":"string","maxLength":200,"default":"world"},
            "count":{"type":"integer","minimum":0,"maximum":100000,"default":5},
            "delay_ms":{"type":"integer","minimum":0,"maximum":60000,"default":500}}}""";

    private final SkillCatalog catalog;
    private final PackageStore packages;

    SampleSkill(SkillCatalog catalog, PackageStore packages) {
        this.catalog = catalog;
        this.packages = packages;
    }

    /** Deploys it, unless the tenant has it (or has thrown it away and made another of that name). */
    void deploy(TenantId tenant, Instant now) throws IOException {
        StageRef ref = new StageRef(tenant, NAME, STAGE);
        if (catalog.stage(ref).await().flatMap(Stage::activeVersion).isPresent()) {
            return;
        }
        String digest = store();
        catalog.create(new Skill(tenant, NAME, DESCRIPTION,
                Optional.of(INPUT_SCHEMA),
                Optional.empty(), now, now)).await();
        catalog.put(new Stage(ref, StageSettings.of(Stage.Size.S, Duration.ofMinutes(15), Map.of(), List.of(), 1),
                Optional.empty(), now,
                now))
                .await();
        PackageMetadata metadata = new PackageMetadata(DESCRIPTION, Optional.of(INPUT_SCHEMA), Optional.empty(),
                Manifest.HANDLER, List.of());
        catalog.deploy(new Deployment(ref, "1.0.0", "sample", digest, metadata, "weir", now), Optional.empty()).await();
    }

    private String store() throws IOException {
        Path zip = Files.createTempFile("weir-sample", ".zip");
        try {
            write(zip);
            return packages.keep(zip).await();
        } finally {
            Files.delete(zip);
        }
    }

    private static void write(Path zip) throws IOException {
        try (InputStream source = SampleSkill.class.getResourceAsStream("hello-stream.py");
                OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream archive = new ZipOutputStream(file)) {
            archive.putNextEntry(new ZipEntry("main.py"));
            archive.write(source.readAllBytes());
            archive.closeEntry();
        }
    }
}
