package io.saddlebag.volume;

import io.saddlebag.scsi.ProtectionInformation;
import io.saddlebag.scsi.ScsiCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What all programs of a site send to its devices, in order; somebody may act right before any command. Thread-safe. */
final class Traffic {
    private static final int MOST_SHOWN = 24;

    private final ProtectionInformation sums = new ProtectionInformation();
    private final List<Sent> sent = new ArrayList<>();
    private Listener listener = (n, call) -> {};
    private String phase = "";

    /** What became of a command, as its program saw it. */
    enum Fate {
        ANSWERED,
        /** Time-out, lost connection or a program that died: carried out, or not. */
        UNKNOWN,
        NEVER_SENT
    }

    /** A command that is about to go over the wire. */
    record Call(String program, String device, ScsiCommand command) {
        int operation() {
            return command.cdb().operation();
        }
    }

    /**
     * A command that went over the wire.
     *
     * @param data that it was to write; empty for others
     * @param status as the device answered, -1 without an answer
     */
    record Sent(Call call, String phase, String data, int status, Fate fate) {
        int operation() {
            return call.operation();
        }

        @Override
        public String toString() {
            return call.program() + ">" + call.device() + " " + call.command().name()
                    + (data.isEmpty() ? "" : " '" + data.strip() + "'")
                    + (fate == Fate.UNKNOWN ? " ?" : status == 0 ? "" : " =" + status);
        }
    }

    /** Acts before a command, or when its answer is there, in its thread. */
    @FunctionalInterface
    interface Listener {
        /** @param n from 1, over all devices */
        void before(int n, Call call) throws IOException;

        /** The device has answered, and its program doesn't know yet. */
        default void answered(int n, Call call) {}
    }

    synchronized void listen(Listener next) {
        listener = next;
    }

    /** What the test is about from here on. */
    synchronized void phase(String now) {
        phase = now;
    }

    synchronized String phase() {
        return phase;
    }

    synchronized int count() {
        return sent.size();
    }

    synchronized List<Sent> all() {
        return List.copyOf(sent);
    }

    /** The end of it, for messages. */
    synchronized String last() {
        return String.join(
                "\n  ",
                sent.subList(Math.max(0, sent.size() - MOST_SHOWN), sent.size()).stream()
                        .map(Sent::toString)
                        .toList());
    }

    void before(Call call) throws IOException {
        Listener now;
        int n;
        synchronized (this) {
            now = listener;
            n = sent.size() + 1;
        }
        now.before(n, call);
    }

    /** Whoever dies before it sees the answer leaves it open what became of the command. */
    void answered(Call call, int status) {
        Listener now;
        int n;
        synchronized (this) {
            now = listener;
            n = sent.size() + 1;
        }
        boolean seen = false;
        try {
            now.answered(n, call);
            seen = true;
        } finally {
            done(call, seen ? status : -1, seen ? Fate.ANSWERED : Fate.UNKNOWN);
        }
    }

    /** Blocks are told apart by what is in them. */
    private ByteBuffer withoutSum(ByteBuffer data) {
        boolean hasSum = data.remaining() > ProtectionInformation.BYTES && sums.fits(data);
        ByteBuffer block = data.duplicate();
        return hasSum ? block.limit(block.limit() - ProtectionInformation.BYTES) : block;
    }

    synchronized void done(Call call, int status, Fate fate) {
        ByteBuffer data = call.command().data();
        boolean out = call.command().direction() == ScsiCommand.Direction.OUT;
        String text = out && data != null
                ? StandardCharsets.ISO_8859_1.decode(withoutSum(data)).toString()
                : "";
        sent.add(new Sent(call, phase, text, status, fate));
    }
}
