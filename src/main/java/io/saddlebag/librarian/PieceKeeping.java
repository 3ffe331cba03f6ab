package io.saddlebag.librarian;

import io.saddlebag.catalog.Backup;
import io.saddlebag.pool.Chains;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets pieces go that were removed by name (M26), and those that expired though they are the only ones of their names; else as others say. */
public final class PieceKeeping implements Chains {
    private final Chains others;

    public PieceKeeping(Chains others) {
        this.others = others;
    }

    @Override
    public @Nullable String keeps(Backup expired, Collection<Backup> staying) throws IOException {
        return others.keeps(expired, staying);
    }

    @Override
    public boolean isGivenUp(Backup backup) throws IOException {
        return isRemoved(backup) || others.isGivenUp(backup);
    }

    @Override
    public String whyGivenUp(Backup backup) {
        return isRemoved(backup) ? "the piece was removed" : others.whyGivenUp(backup);
    }

    @Override
    public boolean isOneOfItsName(Backup backup) {
        Map<String, String> facts = backup.about().facts();
        boolean stream = facts.containsKey(PieceName.FACT) && !facts.containsKey(PieceName.HOLDS);
        return stream || others.isOneOfItsName(backup);
    }

    private static boolean isRemoved(Backup backup) {
        return backup.about().facts().containsKey(PieceName.REMOVED);
    }
}
