package dev.weir.bridge.acp;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Holds the client up while anybody has too much of it: no messages come, none are dropped. Safe from any thread. */
final class Intake {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    /** What a message takes beside its bytes, roughly. */
    static final int OVERHEAD = 256;
    private static final long HIGH = 8 * 1024 * 1024;
    private static final long LOW = HIGH / 4;

    private final Client client;
    private final Set<Object> holders = new HashSet<>();
    private long unread;
    private boolean begun;

    Intake(Client client) {
        this.client = client;
    }

    synchronized void hold(Object holder) {
        if (holders.add(holder) && holders.size() == 1) {
            client.pause();
        }
    }

    synchronized void release(Object holder) {
        if (holders.remove(holder) && holders.isEmpty()) {
            client.resume();
        }
    }

    /** The client has said so many bytes, which wait for their turn. */
    synchronized void came(int bytes) {
        unread += bytes + OVERHEAD;
        if (unread > HIGH) {
            hold(this);
        }
    }

    /** Their turn has come. */
    synchronized void read(int bytes) {
        unread -= bytes + OVERHEAD;
        if (unread < LOW) {
            release(this);
        }
    }

    /** The line without what is none of JSON's: a byte order mark before the first, what a terminal puts at the end; empty if it is blank. */
    synchronized byte[] bare(byte[] raw) {
        byte[] line = Assembly.stripped(raw);
        boolean marked = !begun && line.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
        begun = true;
        return marked ? Arrays.copyOfRange(line, BYTE_ORDER_MARK.length, line.length) : line;
    }
}
