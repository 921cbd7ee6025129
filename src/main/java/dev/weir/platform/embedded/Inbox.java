package dev.weir.platform.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A bounded queue that can be closed: what is in it then is still taken, and nothing more gets in. */
final class Inbox<T> {
    /** What became of an offer. */
    enum Admission {
        TAKEN, FULL, CLOSED
    }

    private final Deque<T> waiting = new ArrayDeque<>();
    private final int capacity;
    private boolean closed;

    Inbox(int capacity) {
        this.capacity = capacity;
    }

    synchronized Admission offer(T item) {
        if (closed) {
            return Admission.CLOSED;
        }
        if (waiting.size() >= capacity) {
            return Admission.FULL;
        }
        waiting.addLast(item);
        notify(); // one: whoever takes it needs no company, and to wake a thread costs more than to read a row
        return Admission.TAKEN;
    }

    /** Moves up to {@code max} items to {@code into}, waiting for the first; false when closed and empty. */
    synchronized boolean take(List<? super T> into, int max) throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        for (int i = 0; i < max && !waiting.isEmpty(); i++) {
            into.add(waiting.removeFirst());
        }
        return !into.isEmpty();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
