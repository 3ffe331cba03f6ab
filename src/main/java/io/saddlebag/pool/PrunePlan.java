package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import java.util.List;

/**
 * What a run of removal will do, before it does anything (C13). Pure data.
 *
 * @param steps one for each image that expired or is on its way out; by the numbers of the backups
 * @param findings what isn't as it should be, for people
 */
public record PrunePlan(List<Step> steps, List<String> findings) {
    public PrunePlan {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
    }

    /** One image. */
    public record Step(Action action, Backup backup, String why) {
        @Override
        public String toString() {
            return action.text() + " backup " + backup.id() + " of "
                    + backup.about().name() + ": " + why;
        }
    }

    /** What becomes of it. */
    public enum Action {
        /** It stays what it is, though it expired. */
        KEEP("keep"),
        /** It is no backup any more, and its files go into quarantine. */
        QUARANTINE("quarantine"),
        /** It is a backup again. */
        REINSTATE("put back"),
        /** Its files are deleted. */
        REMOVE("remove");

        private final String text;

        Action(String text) {
            this.text = text;
        }

        /** In the imperative. */
        public String text() {
            return text;
        }
    }

    public List<Step> of(Action action) {
        return steps.stream().filter(step -> step.action() == action).toList();
    }
}
