package io.saddlebag.scsi.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each initiator has not heard yet of what happened to a device (SAM-5, 5.14). Not thread-safe. */
final class UnitAttentions {
    private final List<Deque<TapeSense>> initiators = new ArrayList<>();
    private int speaking;

    UnitAttentions() {
        register();
    }

    /** @return the number of a new initiator, from 0; it has to hear of the last reset */
    int register() {
        initiators.add(new ArrayDeque<>(List.of(TapeSense.of(6, 0x29, 0))));
        return initiators.size() - 1;
    }

    /** Whose command comes now. */
    void from(int initiator) {
        speaking = initiator;
    }

    void toAll(TapeSense news) {
        initiators.forEach(each -> tell(each, news));
    }

    void toSpeaking(TapeSense news) {
        tell(initiators.get(speaking), news);
    }

    private static void tell(Deque<TapeSense> initiator, TapeSense news) {
        if (!initiator.contains(news)) {
            initiator.add(news);
        }
    }

    /** A reset makes up for all that was before it. */
    void onlyReset() {
        initiators.forEach(Deque::clear);
        toAll(TapeSense.of(6, 0x29, 0));
    }

    @Nullable
    TapeSense next() {
        return initiators.get(speaking).poll();
    }
}
