package dev.weir.emulator.interpreter;

import java.util.List;

/** What a tool is to do. None of these shows code or content in {@code toString}. */
sealed interface ToolOrder {
    /**
     * Code to be run.
     *
     * @param runtime {@code python}, {@code nodejs} or {@code deno}, one that can run the language
     */
    record ExecuteCode(String code, String language, String runtime, boolean clearContext) implements ToolOrder {
        @Override
        public String toString() {
            return "ExecuteCode[" + language + "]";
        }
    }

    record ExecuteCommand(String command) implements ToolOrder {
        @Override
        public String toString() {
            return "ExecuteCommand[]";
        }
    }

    record StartCommand(String command) implements ToolOrder {
        @Override
        public String toString() {
            return "StartCommand[]";
        }
    }

    record GetTask(String taskId) implements ToolOrder {}

    record StopTask(String taskId) implements ToolOrder {}

    record ReadFiles(List<String> paths) implements ToolOrder {
        public ReadFiles {
            paths = List.copyOf(paths);
        }
    }

    record ListFiles(String directory) implements ToolOrder {}

    record RemoveFiles(List<String> paths) implements ToolOrder {
        public RemoveFiles {
            paths = List.copyOf(paths);
        }
    }

    record WriteFiles(List<FileContent> files) implements ToolOrder {
        public WriteFiles {
            files = List.copyOf(files);
        }
    }

    /** A file to be written; the bytes are not copied. */
    final class FileContent {
        private final String path;
        private final byte[] bytes;

        FileContent(String path, byte[] bytes) {
            this.path = path;
            this.bytes = bytes;
        }

        String path() {
            return path;
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
