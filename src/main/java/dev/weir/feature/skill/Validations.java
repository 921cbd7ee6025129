package dev.weir.feature.skill;

import dev.weir.feature.skill.PackageValidator.Judgement;
import dev.weir.feature.skill.PackageValidator.Subject;
import dev.weir.feature.skill.UploadStore.Turn;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.file.PathUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The judging side of uploads. Each turn ends in a decision, or in another turn later; after a few turns without one, whatever ended them
 * (a crash of the whole process included), the upload is rejected, so that none stays {@code VALIDATING} for ever. Safe for use by several
 * threads; every method blocks.
 */
public final class Validations {
    private static final Logger LOG = LoggerFactory.getLogger(Validations.class);
    private static final int MAX_ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Stores stores;
    private final PackageValidator validator;
    private final Path scratch;
    private final Duration turn;
    private final InstantSource clock;

    /** What is judged, and where it goes. */
    public record Stores(UploadStore uploads, SkillCatalog catalog, PackageStore packages) {}

    /**
     * The judging side of one process.
     *
     * @param scratch a directory of this process alone, on this machine's disk; emptied now
     * @param turn longer than any judgement takes; after it, another may try
     */
    public Validations(Stores stores, PackageValidator validator, Path scratch, Duration turn, InstantSource clock)
            throws IOException {
        this.stores = stores;
        this.validator = validator;
        this.scratch = scratch;
        this.turn = turn;
        this.clock = clock;
        Files.createDirectories(scratch);
        FileUtils.cleanDirectory(scratch.toFile());
    }

    /** Gives one waiting upload its turn; false if none waits. */
    public boolean next() {
        Instant now = clock.instant();
        Optional<Turn> taken = stores.uploads().take(now, now.plus(turn)).await();
        taken.ifPresent(this::judge);
        return taken.isPresent();
    }

    /** Rejects what never came; how many. */
    public int expire() {
        return stores.uploads().expire(clock.instant()).await();
    }

    private void judge(Turn taken) {
        Upload upload = taken.upload();
        if (taken.attempt() > MAX_ATTEMPTS) {
            decide(upload.rejected(List.of(new Finding("validation.failed", "error", "", 0,
                    "checking this package failed " + MAX_ATTEMPTS + " times; change it, or tell the operator"))));
            return;
        }
        Path work = scratch.resolve(upload.id() + "-" + taken.attempt());
        try {
            Files.createDirectories(work);
            decide(judged(upload, work));
        } catch (IOException | RuntimeException failure) {
            LOG.atError().addKeyValue("upload", upload.id()).setCause(failure)
                    .log("an upload could not be judged; trying again");
            stores.uploads().postpone(upload.id(), clock.instant().plus(PAUSE)).await();
        } finally {
            remove(work);
        }
    }

    private Upload judged(Upload upload, Path work) throws IOException {
        Optional<Skill> skill = stores.catalog().skill(upload.stage().tenant(), upload.stage().skill()).await();
        if (skill.isEmpty()) {
            return upload.rejected(List.of(new Finding("skill.deleted", "error", "", 0, "the skill was deleted")));
        }
        Path archive;
        try {
            archive = stores.packages().open(upload.id(), upload.digest().orElseThrow()).await();
        } catch (ProblemException absent) {
            if (absent.problem() instanceof Problem.NotFound) {
                return upload.rejected(List.of(new Finding("upload.missing", "error", "", 0,
                        "its bytes are not there (any more); upload it again")));
            }
            throw absent;
        }
        Judgement judgement = validator.judge(archive, Subject.of(skill.get()), work);
        if (judgement.passed().isEmpty()) {
            return upload.rejected(judgement.findings());
        }
        String digest = stores.packages().keep(judgement.passed().get().archive()).await();
        return upload.ready(new Upload.Accepted(digest, judgement.passed().get().metadata()), judgement.findings());
    }

    /** False answers are fine: the upload was superseded meanwhile, and says so itself. */
    private void decide(Upload decided) {
        boolean stands = stores.uploads().decide(decided).await();
        LOG.atInfo().addKeyValue("upload", decided.id()).addKeyValue("status", decided.status().wireName())
                .addKeyValue("findings", decided.findings().size())
                .log(stands ? "upload judged" : "upload judged, but superseded");
        stores.packages().discard(decided.id()).await();
    }

    private static void remove(Path work) {
        try {
            if (Files.exists(work)) {
                PathUtils.deleteDirectory(work);
            }
        } catch (IOException failure) {
            LOG.warn("the files of a judgement could not be removed; the next start does it", failure);
        }
    }
}
