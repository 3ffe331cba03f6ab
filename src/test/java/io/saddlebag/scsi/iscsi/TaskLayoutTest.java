package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code struct scsi_task} of libiscsi's {@code scsi-lowlevel.h} on 64-bit machines: status, size of the CDB, direction and
 * expected length at 0, the CDB at 16, what was left over at 32 and 40, decoded sense data at 48, and behind it size and
 * address of the answer: at 64 and 72 in 1.19, at 72 and 80 in 1.20.
 */
@Tag("M3")
class TaskLayoutTest {
    private static final int INQUIRY_BYTES = 36;
    private static final int TASK_BYTES = 128;
    private static final int NO_RESIDUAL = 0;
    private static final int UNDERFLOW = 1;
    private static final int OVERFLOW = 2;

    private final Memory answer = new Memory(4096);

    TaskLayoutTest() {
        answer.clear();
    }

    private static int answerAt(TaskLayout layout) {
        return layout == TaskLayout.V1_19 ? 64 : 72;
    }

    private static Memory task() {
        Memory task = new Memory(TASK_BYTES);
        task.clear();
        // INQUIRY, 6 bytes, from the device, 255 bytes expected
        task.setInt(4, 6);
        task.setInt(8, 1);
        task.setInt(12, 255);
        task.write(16, HexFormat.of().parseHex("12000000ff00"), 0, 6);
        return task;
    }

    private Memory answered(TaskLayout layout, int size, @Nullable Pointer where) {
        Memory task = task();
        task.setInt(answerAt(layout), size);
        task.setPointer(answerAt(layout) + 8L, where);
        return task;
    }

    @ParameterizedTest
    @EnumSource(TaskLayout.class)
    void an_answer_of_known_length_shows_which_it_is(TaskLayout layout) {
        answer.setByte(0, (byte) 0x01);
        answer.setByte(1, (byte) 0x80);
        Memory task = answered(layout, INQUIRY_BYTES, answer);

        assertThat(TaskLayout.of(task, INQUIRY_BYTES)).isEqualTo(layout);
        assertThat(layout.answer(task, 2)).containsExactly(0x01, 0x80);
    }

    @ParameterizedTest
    @EnumSource(TaskLayout.class)
    void no_pointer_is_followed_in_a_task_that_is_neither(TaskLayout layout) {
        assertThat(TaskLayout.of(task(), INQUIRY_BYTES)).isNull();
        assertThat(TaskLayout.of(answered(layout, INQUIRY_BYTES - 1, answer), INQUIRY_BYTES))
                .as("another length")
                .isNull();
        assertThat(TaskLayout.of(answered(layout, INQUIRY_BYTES, null), INQUIRY_BYTES))
                .as("a length without an answer")
                .isNull();
        Memory further = task();
        further.setInt(80, INQUIRY_BYTES);
        further.setPointer(88, answer);
        assertThat(TaskLayout.of(further, INQUIRY_BYTES)).as("moved once more").isNull();
    }

    @Test
    void bytes_that_the_device_left_over_are_not_counted() {
        Memory task = task();

        task.setInt(32, NO_RESIDUAL);
        task.setLong(40, 5);
        assertThat(TaskLayout.transferred(task, 255)).isEqualTo(255);
        task.setInt(32, OVERFLOW);
        assertThat(TaskLayout.transferred(task, 255))
                .as("the device had more to say")
                .isEqualTo(255);
        task.setInt(32, UNDERFLOW);
        assertThat(TaskLayout.transferred(task, 255)).isEqualTo(250);
        task.setLong(40, 255);
        assertThat(TaskLayout.transferred(task, 255)).isZero();
        for (long nonsense : new long[] {256, Integer.MAX_VALUE, 0x8000_0000L, 0xffff_ffffL}) {
            task.setLong(40, nonsense);
            assertThat(TaskLayout.transferred(task, 255))
                    .as("%d left over of 255", nonsense)
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TaskLayout.class)
    void sense_data_comes_behind_its_length(TaskLayout layout) {
        byte[] sense = HexFormat.of().parseHex("70000600000000" + "0a" + "0000000029000000" + "0000");
        answer.setByte(1, (byte) sense.length);
        answer.write(2, sense, 0, sense.length);

        assertThat(layout.sense(answered(layout, 2 + sense.length, answer))).isEqualTo(sense);
        assertThat(layout.sense(answered(layout, 2 + sense.length + 2, answer)))
                .as("padded")
                .isEqualTo(sense);
        assertThat(layout.sense(answered(layout, 2 + 8, answer)))
                .as("cut")
                .isEqualTo(HexFormat.of().parseHex("700006000000000a"));
    }

    @ParameterizedTest
    @EnumSource(TaskLayout.class)
    void no_sense_data_is_none(TaskLayout layout) {
        answer.setByte(1, (byte) 18);

        assertThat(layout.sense(task())).isEmpty();
        assertThat(layout.sense(answered(layout, 20, null))).isEmpty();
        for (int size : new int[] {-1, Integer.MIN_VALUE, 0, 1, 2, 4097, Integer.MAX_VALUE}) {
            assertThat(layout.sense(answered(layout, size, answer)))
                    .as("of %d bytes", size)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Tag("Q13")
    void whatever_stands_in_an_answer_nothing_outside_of_it_is_read(long seed) {
        Random chance = new Random(seed);
        byte[] any = new byte[(int) answer.size()];
        for (int round = 0; round < 2_000; round++) {
            chance.nextBytes(any);
            answer.write(0, any, 0, any.length);
            TaskLayout layout = chance.nextBoolean() ? TaskLayout.V1_19 : TaskLayout.V1_20;
            int size = chance.nextInt(any.length + 1);
            int told = (any[0] & 0xff) << 8 | (any[1] & 0xff);

            byte[] sense = layout.sense(answered(layout, size, answer));

            assertThat(sense.length)
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(size <= 2 ? 0 : Math.min(told, size - 2));
        }
    }
}
