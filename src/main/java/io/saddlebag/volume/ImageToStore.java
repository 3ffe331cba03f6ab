package io.saddlebag.volume;

import io.saddlebag.media.Lane;
import java.time.Instant;
import java.util.List;

/**
 * What the labels of an image say of it (M8).
 *
 * @param imageId unique in the domain, at most 36 characters
 * @param name of the dataset or database
 * @param job display name of the job that wrote it
 * @param lane which of the image's lanes (M28)
 * @param layers from the inside to the outside, e.g. {@code [tar, zstd]} (M1)
 */
public record ImageToStore(
        String imageId,
        Lane lane,
        String name,
        String job,
        String owner,
        String host,
        List<String> layers,
        Instant created) {
    public ImageToStore {
        layers = List.copyOf(layers);
    }

    public ImageToStore in(Lane other) {
        return new ImageToStore(imageId, other, name, job, owner, host, layers, created);
    }
}
