package io.saddlebag.restore;

import java.util.List;

/**
 * What a restore would do to what is there (C7).
 *
 * @param effects of each step of the plan, in its order
 */
public record RestorePreview(RestorePlan plan, List<Effects> effects) {
    public RestorePreview {
        effects = List.copyOf(effects);
    }

    /**
     * What would become of the objects of one backup, and of what has their places now.
     *
     * @param backup its number
     * @param added objects in whose place nothing is
     * @param merged folders that are there and stay
     * @param replaced what would be replaced
     * @param kept what would stay, and the objects be left out
     * @param renamed objects that would get another name
     * @param refused objects at which the restore would fail
     * @param shown the first of those that find something in their place, folders that stay apart
     */
    public record Effects(
            long backup,
            long added,
            long merged,
            long replaced,
            long kept,
            long renamed,
            long refused,
            List<Place> shown) {
        /** Places are listed up to this many. */
        public static final int MOST_SHOWN = 1000;

        public Effects {
            shown = List.copyOf(shown);
        }

        public long notShown() {
            return replaced + kept + renamed + refused - shown.size();
        }

        /** One line for people. */
        public String inWords() {
            return added + " new, " + merged + " folders there already, " + replaced + " replaced, " + kept + " kept, "
                    + renamed + " renamed, " + refused + " in the way";
        }
    }

    /**
     * A place where something is.
     *
     * @param effect {@code replaced}, {@code kept}, {@code renamed} or {@code refused}
     */
    public record Place(String effect, String path) {}
}
