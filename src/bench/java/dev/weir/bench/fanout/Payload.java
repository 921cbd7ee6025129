package dev.weir.bench.fanout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is published: <code>{"n":1,"t":1700000000000000000,"p":"abc..."}</code> of exactly so many bytes, {@code n} counted from 1, {@code t} the
 * wall clock's nanoseconds. Every byte of it is looked at when it is received: it is the whole of the client's work, so what is checked again and
 * again is checked eight bytes at a time.
 */
final class Payload {
    /** How it begins, wherever it is: nothing else in a stream does. */
    static final byte[] HEAD = ascii("{\"n\":");
    static final int MIN_SIZE = 60;

    private static final byte[] TIME = ascii(",\"t\":");
    private static final byte[] PADDING = ascii(",\"p\":\"");
    private static final byte[] TAIL = ascii("\"}");
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_HALVES = 0xF0F0F0F0F0F0F0F0L;
    private static final long ZEROS = 0x3030303030303030L;
    private static final int MAX_DIGITS = 19;

    private final int size;
    private final byte[] letters;
    private final byte[] digits = new byte[MAX_DIGITS];
    private long n;
    private long t;

    Payload(int size) {
        if (size < MIN_SIZE) {
            throw new IllegalArgumentException("a payload has at least " + MIN_SIZE + " bytes");
        }
        this.size = size;
        letters = new byte[size];
        for (int i = 0; i < size; i++) {
            letters[i] = (byte) ('a' + i % 26);
        }
    }

    int size() {
        return size;
    }

    /** The number that was read last; -1 where there was none. */
    long n() {
        return n;
    }

    /** The time that was read last. */
    long t() {
        return t;
    }

    /** Appends one. */
    void write(ByteBuffer out, long number, long time) {
        int begin = out.position();
        out.put(HEAD);
        decimal(out, number);
        out.put(TIME);
        decimal(out, time);
        out.put(PADDING);
        out.put(letters, 0, begin + size - TAIL.length - out.position());
        out.put(TAIL);
    }

    private void decimal(ByteBuffer out, long value) {
        int at = MAX_DIGITS;
        long rest = value;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        out.put(digits, at, MAX_DIGITS - at);
    }

    /** Whether exactly such a payload lies at {@code at}, wholly before {@code limit}; its number and time are then known. */
    boolean exact(byte[] b, int at, int limit) {
        if (at < 0 || limit - at < size || !starts(b, at, limit, HEAD)) {
            return false;
        }
        int p = number(b, at + HEAD.length, limit);
        if (p < 0 || !starts(b, p, limit, TIME)) {
            return false;
        }
        p = time(b, p + TIME.length, limit);
        if (p < 0 || !starts(b, p, limit, PADDING)) {
            return false;
        }
        int letter = p + PADDING.length;
        int tail = at + size - TAIL.length;
        return letter <= tail && Arrays.equals(b, letter, tail, letters, 0, tail - letter) && b[tail] == TAIL[0]
                && b[tail + 1] == TAIL[1];
    }

    /** Reads the number of a payload that is not as it should be, if it has one. */
    void number(byte[] b, int at, int limit, int head) {
        if (number(b, at + head, limit) < 0) {
            n = -1;
        }
    }

    private int number(byte[] b, int at, int limit) {
        long value = 0;
        int p = at;
        for (; p < limit && p - at < MAX_DIGITS; p++) {
            int digit = b[p] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        n = value;
        return p == at ? -1 : p;
    }

    /** Nineteen digits until the year 2286. */
    private int time(byte[] b, int at, int limit) {
        if (limit - at < MAX_DIGITS) {
            return -1;
        }
        long high = (long) LONGS.get(b, at);
        long low = (long) LONGS.get(b, at + 8);
        if (!allDigits(high) || !allDigits(low)) {
            return -1;
        }
        long value = eight(high) * 100_000_000 + eight(low);
        for (int p = at + 16; p < at + MAX_DIGITS; p++) {
            int digit = b[p] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        t = value;
        return at + MAX_DIGITS;
    }

    private static boolean allDigits(long eight) {
        return (eight & HIGH_HALVES) == ZEROS && ((eight + 0x0606060606060606L) & HIGH_HALVES) == ZEROS;
    }

    /** The value of eight digits, the first of them in the lowest byte. */
    private static long eight(long digits) {
        long value = digits - ZEROS;
        value = value * 10 + (value >>> 8);
        return ((value & 0x000000FF000000FFL) * 0x000F424000000064L
                + ((value >>> 16) & 0x000000FF000000FFL) * 0x0000271000000001L) >>> 32;
    }

    static boolean starts(byte[] b, int at, int limit, byte[] with) {
        if (limit - at < with.length) {
            return false;
        }
        for (int i = 0; i < with.length; i++) {
            if (b[at + i] != with[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where a payload begins between two places; -1 if none does. */
    static int find(byte[] b, int from, int to) {
        for (int p = from; p <= to - HEAD.length; p++) {
            if (b[p] == '{' && starts(b, p, to, HEAD)) {
                return p;
            }
        }
        return -1;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
