package dev.weir.platform.agentcore;

import dev.weir.platform.http.JdkSdkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/** The same once more, with the HTTP client of commands. */
class InterpreterOnJavasHttpTest extends AgentCoreInterpreterTest {
    private static JdkSdkHttpClient java;

    @BeforeAll
    static void begin() {
        java = new JdkSdkHttpClient(false);
    }

    @AfterAll
    static void end() {
        java.close();
    }

    @Override
    SdkAsyncHttpClient client() {
        return java;
    }
}
