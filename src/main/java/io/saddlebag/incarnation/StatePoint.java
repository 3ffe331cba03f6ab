package io.saddlebag.incarnation;

import io.saddlebag.recovery.LogPosition;

/**
 * A state of a database: a place in the log alone doesn't tell it, since several incarnations may have that place (R10).
 *
 * @param incarnation that wrote the log up to there
 * @param position everything before it is in the state
 */
public record StatePoint(long incarnation, LogPosition position) {
    @Override
    public String toString() {
        return position + " of incarnation " + incarnation;
    }
}
