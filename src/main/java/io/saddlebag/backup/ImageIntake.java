package io.saddlebag.backup;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.WrittenMember;
import java.io.IOException;
import java.io.OutputStream;

/** An image on its way from its media into the catalog, one lane after the other. One thread. */
final class ImageIntake {
    private final Catalog.Writing writing;
    private final CatalogFiller filler;
    private long dataBytes;

    ImageIntake(Catalog.Writing writing) {
        this.writing = writing;
        this.filler = new CatalogFiller(writing, null, CatalogFiller.Damage.IS_A_WARNING);
    }

    /** Sum of the files' lengths, of all lanes so far. */
    long dataBytes() {
        return dataBytes;
    }

    /** Reads all of a lane, and proves it. */
    void takeIn(ImageReader reader) throws IOException {
        reader.onDeletion(path -> filler.written(new WrittenMember(ImageMember.deleted(path), 0, null)));
        reader.onWarning((what, path) -> writing.flag(new ObjectFlag(exactPath(path), what.word(), "")));
        dataBytes += reader.readAll(member -> {
                    member.content().transferTo(OutputStream.nullOutputStream());
                    boolean file = member.member().type() == MemberType.FILE;
                    filler.written(new WrittenMember(member.member(), member.offset(), file ? member.sha256() : null));
                })
                .dataBytes();
    }

    private static String exactPath(ByteString path) {
        return "/" + path.toExactText();
    }
}
