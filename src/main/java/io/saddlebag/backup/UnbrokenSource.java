package io.saddlebag.backup;

import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a view that is asked once more, behind the last of them, whether it is what it was. So no image gets its end, by which
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
        ImageMember member = objects.next();
        if (member == null) {
            view.require();
        }
        return member;
    }

    @Override
    public void close() throws IOException {
        objects.close();
    }
}
