package dev.weir.cli.skill;

import dev.weir.cli.client.Subcommands;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine;

/** {@code weir skill}: what there is below it. */
public final class SkillCommands {
    private SkillCommands() {}

    /**
     * The tree below {@code weir skill}.
     *
     * @param environment where {@code WEIR_SERVER}, {@code WEIR_KEY} and the profiles are looked up
     * @param check judges packages on this machine
     * @param meant see {@link Subcommands}
     */
    public static CommandLine of(Map<String, String> environment, Check check, Predicate<String> meant) {
        return Subcommands.of("skill", meant)
                .add("init", "Write a small skill into a new or empty directory.", () -> new InitCommand(environment))
                .add("check",
                        "Check a directory as a gateway would check its upload, on this machine. Nothing of it is run.",
                        () -> new CheckCommand(environment, check))
                .add("push",
                        "Upload a skill; skill and stage are made if absent. Nothing that runs changes without --deploy.",
                        () -> new PushCommand(environment))
                .add("deploy", "Make a pushed upload what the stage runs.", () -> new DeployCommand(environment))
                .add("invoke",
                        "Run a skill. Prints the run's id, its result with --wait, or all it says with --follow.",
                        () -> new InvokeCommand(environment))
                .add("logs", "Show what a run says. The exit code is the run's: 0 succeeded, 5 cancelled, 7 failed.",
                        () -> new LogsCommand(environment))
                .add("list", "List skills, or the newest runs.", () -> new ListCommand(environment))
                .add("cancel", "Cancel a run, queued or running. Cancelling twice is no mistake.",
                        () -> new CancelCommand(environment))
                .line();
    }
}
