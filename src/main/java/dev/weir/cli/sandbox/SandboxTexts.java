package dev.weir.cli.sandbox;

/** What {@code help} says. */
final class SandboxTexts {
    private static final String HELP = """
            Run code in an AgentCore Code Interpreter sandbox.

            Usage:
              PROGRAM run [flags] <code>                start a session, execute, stop it
              PROGRAM start [flags]                     start a session and print its id
              PROGRAM exec <session-id> [flags] <code>  execute in a session
              PROGRAM stop <session-id>                 stop a session; takes no flags
              PROGRAM help                              show this

            Code is one argument; - reads it from standard input. Flags may stand before and
            after it; -- ends them, for code that begins with a hyphen.

            Flags of run and exec:
              --lang LANGUAGE         python, javascript (js) or typescript (ts); default python
              --runtime RUNTIME       nodejs, deno or python; default python for Python, deno for
                                      the others
              --cmd                   the code is a shell command; not together with --lang
              --clear-context         forget first what earlier code has defined
              --file PATH             read the code from this file
              --upload LOCAL[:REMOTE]    put a file into the sandbox first; repeatable
              --download REMOTE[:LOCAL]  fetch a file afterwards, also if the code failed;
                                      repeatable
              --strict                exit with 1 when the result is marked as an error although
                                      its exit code is 0
            Flags of run and start:
              --timeout SECONDS       lifetime of the session, 1 to 28800; default 900
            Flags of run, exec and start:
              --json                  print one JSON value instead of text: stdout, stderr,
                                      exitCode, executionTime, isError (start: sessionId);
                                      on failure it has error
              --endpoint URL          base URL of AgentCore

            Environment:
              CUSTOM_AGENTCORE_INTERPRETER_ID  the code interpreter; required, except with an
                                      emulator, where it defaults to aws.codeinterpreter.v1
              CUSTOM_AGENTCORE_AWS_PROFILE     AWS profile with keys or a credential_process, not of
                                      a login or role (sso_*, role_arn); else AWS_PROFILE
              CUSTOM_AGENTCORE_AWS_REGION      AWS region (else AWS_REGION,
                                      AWS_DEFAULT_REGION, the profile's)
              AWS_ENDPOINT_URL_BEDROCK_AGENTCORE  as --endpoint; the emulator's emulator.env
                                      sets it

            Output comes as the code prints it; its errors go to standard error. The exit code
            is that of the code when it is not 0; 1 for anything that goes wrong here. Ctrl-C
            and SIGTERM stop the session of run, and exit with 130 and 143; a second one does
            not wait for that.
            """;

    private SandboxTexts() {}

    static String help(String program) {
        return HELP.replace("PROGRAM", program);
    }
}
