package io.saddlebag.backup;

import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a view that is asked once more, behind the last of them or when one can't be had, whether it is what it was. So no image gets its end, by which
 * a later look at the medium takes it for whole, that was read from a view which was gone.
 */
final class UnbrokenSource implements ImageSource {
    private final ImageSource objects;
    private final Check view;

    /** Fails when the view isn't what it was. */
    @FunctionalInterface
    interface Check {
        void require() throws IOException;
    }

    UnbrokenSource(ImageSource objects, Check view) {
        this.objects = objects;
        this.view = view;
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        ImageMember member;
        try {
            member = objects.next();
        } catch (IOException e) {
            throw ofView(e);
        }
        if (member == null) {
            view.require();
        }
        return member;
    }

    /** What can't be found any more is no fault of the source when the view that it was in is gone. */
    private IOException ofView(IOException failure) {
        try {
            view.require();
        } catch (IOException lost) {
            lost.addSuppressed(failure);
            return lost;
        }
        return failure;
    }

    @Override
    public void close() throws IOException {
        objects.close();
    }
}
