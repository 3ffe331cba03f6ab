package io.saddlebag.scsi.iscsi;

import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@code struct scsi_task} keeps the answer, on 64-bit machines. The bytes that came with it moved by eight
 * between 1.19 and 1.20, under one and the same soname: which it is shows in an answer of known length.
 */
enum TaskLayout {
    V1_19(64),
    V1_20(72);

    private static final int RESIDUAL_STATUS_AT = 32;
    private static final int RESIDUAL_AT = 40;
    private static final int UNDERFLOW = 1;
    /** Sense data is at most 252 bytes; more would be no sense data. */
    private static final int LONGEST_ANSWER = 4096;

    private final int answerSizeAt;

    TaskLayout(int answerSizeAt) {
        this.answerSizeAt = answerSizeAt;
    }

    /** @return null when it is neither: then no pointer in the task may be followed */
    static @Nullable TaskLayout of(Pointer task, int answerBytes) {
        for (TaskLayout layout : values()) {
            if (task.getInt(layout.answerSizeAt) == answerBytes && task.getPointer(layout.answerSizeAt + 8) != null) {
                return layout;
            }
        }
        return null;
    }

    /** Bytes of the transfer that the device used. */
    static int transferred(Pointer task, int transferBytes) {
        if (task.getInt(RESIDUAL_STATUS_AT) != UNDERFLOW) {
            return transferBytes;
        }
        long residual = Integer.toUnsignedLong(task.getInt(RESIDUAL_AT));
        return (int) Math.max(0, transferBytes - residual);
    }

    /** What came with the status, without its two bytes of length (RFC 7143, 11.4.7); empty when nothing did. */
    byte[] sense(Pointer task) {
        int size = task.getInt(answerSizeAt);
        Pointer answer = task.getPointer(answerSizeAt + 8);
        if (answer == null || size <= 2 || size > LONGEST_ANSWER) {
            return new byte[0];
        }
        int length = (answer.getByte(0) & 0xff) << 8 | (answer.getByte(1) & 0xff);
        return answer.getByteArray(2, Math.min(length, size - 2));
    }

    byte[] answer(Pointer task, int bytes) {
        return task.getPointer(answerSizeAt + 8).getByteArray(0, bytes);
    }
}
