package io.saddlebag.tape.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Objects are 10 bytes; every third is a filemark. At most four places are kept. */
@Tag("M9")
class CheckpointsTest {
    private final Checkpoints checkpoints = new Checkpoints(2, 4);

    @Test
    void keeps_a_place_before_every_object_however_many_there_are() {
        for (long last = 0; last < 100; last++) {
            checkpoints.pass(cursor(last));
            for (long object = 0; object <= last; object++) {
                Cursor before = checkpoints.before(object);
                assertThat(before).isEqualTo(cursor(before.object()));
                assertThat(before.object()).isBetween(object / 2 - 16, object);
                Cursor mark = checkpoints.beforeFilemark(object / 3 + 1);
                assertThat(mark.filemarks()).isLessThan(object / 3 + 1);
            }
        }
    }

    @Test
    void forgets_what_is_behind_a_cut() {
        for (long i = 0; i <= 6; i++) {
            checkpoints.pass(cursor(i));
        }
        checkpoints.cut(cursor(3));

        assertThat(checkpoints.before(6)).isEqualTo(cursor(2));
        checkpoints.pass(new Cursor(4, 9, 99));
        assertThat(checkpoints.before(6)).isEqualTo(new Cursor(4, 9, 99));
    }

    private static Cursor cursor(long object) {
        return new Cursor(object, object / 3, 10 * object);
    }
}
