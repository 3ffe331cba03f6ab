package io.saddlebag.scsi.sg;

import com.sun.jna.Memory;

/**
 * Keeps signals away from one thread at a time. A process gets one for every profiler's sample and at its end; those that
 * a fault of the thread itself raises stay, because the Java machine lives on them.
 */
final class SignalMask {
    private static final int[] OF_FAULTS = {4, 5, 7, 8, 11, 31};

    private final SgCalls calls;
    private final Memory all = new Memory(SgCalls.SIGNAL_SET_BYTES);
    private final Memory before = new Memory(SgCalls.SIGNAL_SET_BYTES);

    SignalMask(SgCalls calls) {
        this.calls = calls;
        all.setMemory(0, SgCalls.SIGNAL_SET_BYTES, (byte) 0xff);
        for (int signal : OF_FAULTS) {
            int at = (signal - 1) / 8;
            all.setByte(at, (byte) (all.getByte(at) & ~(1 << (signal - 1) % 8)));
        }
    }

    void block() {
        calls.pthread_sigmask(SgCalls.SIG_BLOCK, all, before);
    }

    void restore() {
        calls.pthread_sigmask(SgCalls.SIG_SETMASK, before, null);
    }
}
