package dev.weir.feature.skill;

import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.feature.schedule.Ticker;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the schedules say what the stages say. A stage and its schedule are written one after the other, so that whoever dies in between
 * leaves them different; the stage is right.
 */
public final class ScheduleSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleSweep.class);
    private static final int PAGE = 100;

    private final SkillCatalog catalog;
    private final ScheduleStore store;
    private final Ticker ticker;

    public ScheduleSweep(SkillCatalog catalog, ScheduleStore store, Ticker ticker) {
        this.catalog = catalog;
        this.store = store;
        this.ticker = ticker;
    }

    /**
     * Looks at every schedule and every stage that should have one; how many schedules it set or removed. Pauses stay. Blocks.
     *
     * @param enough asked between two pages; the rest is left to the next sweep
     */
    public int run(BooleanSupplier enough) {
        int changed = removed(enough) + set(enough);
        if (changed > 0) {
            LOG.info("{} schedules were not what their stages said", changed);
        }
        return changed;
    }

    private int removed(BooleanSupplier enough) {
        int changed = 0;
        List<Schedule> page = store.page(Optional.empty(), PAGE).await();
        while (!page.isEmpty()) {
            for (Schedule each : page) {
                Optional<Plan> plan = catalog.stage(each.stage()).await().flatMap(stage -> stage.settings().plan());
                changed += plan.isEmpty() && store.drop(each).await() ? 1 : 0;
            }
            page = enough.getAsBoolean() || page.size() < PAGE
                    ? List.of()
                    : store.page(Optional.of(page.getLast().stage()), PAGE).await();
        }
        return changed;
    }

    private int set(BooleanSupplier enough) {
        int changed = 0;
        List<Stage> page = catalog.scheduled(Optional.empty(), PAGE).await();
        while (!page.isEmpty()) {
            for (Stage each : page) {
                changed += ensure(each.ref(), each.settings().plan().orElseThrow()) ? 1 : 0;
            }
            page = enough.getAsBoolean() || page.size() < PAGE
                    ? List.of()
                    : catalog.scheduled(Optional.of(page.getLast().ref()), PAGE).await();
        }
        return changed;
    }

    /** One that cannot be set keeps no other from it. */
    private boolean ensure(StageRef stage, Plan plan) {
        try {
            return ticker.ensure(stage, plan).await();
        } catch (ProblemException invalid) {
            LOG.atWarn().addKeyValue("stage", stage).setCause(invalid).log("a stage's plan is not valid any more");
            return false;
        }
    }
}
