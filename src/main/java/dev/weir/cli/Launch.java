package dev.weir.cli;

import dev.weir.app.AcpOrder;
import dev.weir.app.BridgeOrder;
import dev.weir.app.ShellOrder;
import dev.weir.cli.skill.Check;
import dev.weir.config.WeirConfig;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What the commands start that run on. The commands know it only by this, so that {@code --help} loads no server.
 *
 * @param serve runs a gateway until it is told to stop; its result is the exit code
 * @param emulate runs a local AgentCore until it is told to stop; its result is the exit code
 * @param rotateSecretsKey encrypts a data directory's secrets anew under a new key; its result is how many there were
 * @param check judges a skill's package as a gateway of that configuration would; starts nothing
 * @param bridge is an ACP agent on the standard streams until its client ends; its result is the exit code
 * @param relay is an ACP agent on the standard streams that a gateway reaches, until its client ends; its result is the exit code
 * @param shell is a terminal, or runs a single command, in a microVM; its result is the exit code
 * @param stop ends this process in order, as SIGTERM does, and does not return
 */
public record Launch(ToIntFunction<WeirConfig> serve, ToIntFunction<WeirConfig> emulate,
        ToIntFunction<WeirConfig> rotateSecretsKey, Function<WeirConfig, Check> check,
        ToIntFunction<BridgeOrder> bridge, ToIntFunction<AcpOrder> relay, ToIntFunction<ShellOrder> shell,
        Runnable stop) {}
