package dev.weir.emulator.session;

/** Why a microVM ends, as its open connections are told. */
public enum Ending {
    /** StopRuntimeSession, idle timeout, maximum lifetime, or the emulator going down. */
    TERMINATED(1001, "session ended"),
    /** The container is gone. */
    CONTAINER_LOST(1011, "container gone");

    private final short closeCode;
    private final String reason;

    Ending(int closeCode, String reason) {
        this.closeCode = (short) closeCode;
        this.reason = reason;
    }

    public short closeCode() {
        return closeCode;
    }

    public String reason() {
        return reason;
    }
}
