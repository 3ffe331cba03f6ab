package io.saddlebag.tape.file;

import java.util.Arrays;

/**
 * Where every so many-th object begins: enough to reach any object by a short walk, in bounded memory. When the bound is
 * reached, every second one is dropped.
 */
final class Checkpoints {
    private static final int FIRST_STRIDE = 256;
    private static final int MOST = 1 << 16;

    private long stride;
    private final int most;
    private int count = 1;
    private long[] offsets = new long[64];
    private long[] filemarks = new long[64];

    Checkpoints() {
        this(FIRST_STRIDE, MOST);
    }

    Checkpoints(int stride, int most) {
        this.stride = stride;
        this.most = most;
    }

    /** Takes notice of a place; those already known, and those between the strides, change nothing. */
    void pass(Cursor cursor) {
        if (cursor.object() != count * stride) {
            return;
        }
        if (count == most) {
            thin();
            pass(cursor);
            return;
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            filemarks = Arrays.copyOf(filemarks, 2 * count);
        }
        offsets[count] = cursor.offsetBytes();
        filemarks[count] = cursor.filemarks();
        count++;
    }

    /** Forgets everything behind a place. */
    void cut(Cursor end) {
        count = (int) Math.min(count, end.object() / stride + 1);
    }

    /** The last known place at or before an object. */
    Cursor before(long object) {
        return at((int) Math.min(count - 1L, object / stride));
    }

    /** The last known place that has fewer filemarks before it. */
    Cursor beforeFilemark(long number) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (filemarks[middle] < number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return at(low);
    }

    private Cursor at(int index) {
        return new Cursor(index * stride, filemarks[index], offsets[index]);
    }

    private void thin() {
        for (int i = 0; 2 * i < count; i++) {
            offsets[i] = offsets[2 * i];
            filemarks[i] = filemarks[2 * i];
        }
        count = (count + 1) / 2;
        stride *= 2;
    }
}
