package dev.weir.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** boto3's client, unmodified but for the endpoint. */
class InterpreterBoto3Test {
    @TempDir
    Path dir;

    @Test
    void boto3DrivesEveryOperationAndEveryTool() throws IOException, InterruptedException {
        assumeTrue(hasBoto3(), "python3 with boto3 is not installed");
        try (EmulatorFixture emulator = new EmulatorFixture(dir);
                InputStream script = InterpreterBoto3Test.class.getResourceAsStream("interpreter_boto3.py")) {
            ProcessBuilder python = new ProcessBuilder("python3", "-c",
                    new String(script.readAllBytes(), StandardCharsets.UTF_8)).redirectErrorStream(true);
            python.environment().put("AWS_ACCESS_KEY_ID", emulator.credentials.accessKeyId());
            python.environment().put("AWS_SECRET_ACCESS_KEY", emulator.credentials.secretAccessKey().reveal());
            python.environment().put("AWS_DEFAULT_REGION", "us-east-1");
            python.environment().put("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", "http://127.0.0.1:" + emulator.port);
            Process process = python.start();

            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(output.lines()).containsExactly("start", "start again", "start with another body", "get",
                    "executeCode", "state", "exception", "clearContext", "executeCommand", "writeFiles", "readFiles",
                    "listFiles", "removeFiles", "startCommandExecution", "getTask", "stopTask", "deno or not", "list",
                    "list on", "stop", "terminated", "list terminated", "invoke terminated", "unknown interpreter");
            assertThat(process.waitFor()).isZero();
        }
    }

    private static boolean hasBoto3() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("python3", "-c", "import boto3")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
