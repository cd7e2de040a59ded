//! Makes a stranger's bytes a picture of ours: upright, in sRGB, of a bearable size, and nothing else in the file.
//!
//! Every picture is decoded and written anew (2026-11; refused: cutting the metadata out of the file and keeping the
//! rest). What is stored was made by our encoder, so nothing of EXIF, GPS, comments, thumbnails or of a second file
//! hidden behind the picture can be left, whatever the format allows; and it is proved that it can be decoded. The
//! price is one more generation of JPEG at quality 90, which nobody sees at the size of a cover.

use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fast_image_resize::{ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::{Kind, MediaError};

/// Bytes of a file that is taken in.
pub const MOST_BYTES: usize = 20 << 20;
/// Pixels of a picture that is taken in: the largest telephone's, with room.
pub const MOST_PIXELS: u64 = 50_000_000;
/// Pixels of a side that is kept; a cover is shown at 320.
pub(super) const LONGEST_SIDE: u32 = 2400;
/// Less is no cover: shops answer with a picture of one pixel where they have none.
const SHORTEST_SIDE: u32 = 16;
/// What a decoder may take for itself.
const DECODER_BYTES: u64 = 256 << 20;
/// Passes of a JPEG; more is an attack on the decoder's time.
const MOST_SCANS: usize = 64;
/// Of the stored JPEG.
const QUALITY: u8 = 90;

/// A picture as it will be stored.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) bytes: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Held while a picture is in memory as pixels: one at a time in the whole process.
pub(super) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Decodes, puts upright, shrinks and writes anew.
pub(super) fn clean(bytes: &[u8]) -> Result<Clean, MediaError> {
    if bytes.len() > MOST_BYTES {
        return Err(MediaError::TooManyBytes(bytes.len()));
    }
    let format = image::guess_format(bytes)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif));
    let format = format.ok_or(MediaError::Format)?;
    if format == ImageFormat::Jpeg {
        whole_jpeg(bytes)?;
    }
    let _turn = one_at_a_time();
    let mut decoder = open(bytes, format)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(MediaError::TooManyPixels { width, height });
    }
    if width.min(height) < SHORTEST_SIDE {
        return Err(MediaError::TooSmall { width, height });
    }
    // What cannot be read of these is as good as not there.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = shrink(DynamicImage::from_decoder(decoder).map_err(damaged)?, LONGEST_SIDE)?;
    picture.apply_orientation(orientation);
    write(picture, profile.as_deref())
}

/// Reads a picture of ours back, for its sizes.
pub(super) fn decode(bytes: &[u8], kind: Kind) -> Result<DynamicImage, MediaError> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
    };
    DynamicImage::from_decoder(open(bytes, format)?).map_err(damaged)
}

fn open(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder, MediaError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    reader.limits(limits);
    reader.into_decoder().map_err(damaged)
}

pub(super) fn damaged(error: image::ImageError) -> MediaError {
    if matches!(error, image::ImageError::Limits(_)) {
        return MediaError::TooMuchMemory;
    }
    MediaError::Damaged(error.to_string())
}

/// The decoder fills what is missing of a JPEG with grey; so its end is looked for first.
fn whole_jpeg(bytes: &[u8]) -> Result<(), MediaError> {
    let broken = |words: &str| MediaError::Damaged(words.to_owned());
    let mut at = 2;
    // Up to the first scan the file is a chain of segments: thumbnails in them have ends of their own.
    loop {
        let Some([0xFF, marker, high, low]) = bytes.get(at..at + 4) else {
            return Err(broken("it stops before the picture begins"));
        };
        match marker {
            0xFF => at += 1,
            0xDA => break,
            _ => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
        }
    }
    let coded = bytes.get(at..).unwrap_or_default();
    // In coded data a marker cannot come about by chance.
    let count = |marker: u8| coded.windows(2).filter(|pair| *pair == [0xFF, marker]).count();
    if count(0xD9) == 0 {
        return Err(broken("its end is missing"));
    }
    if count(0xDA) > MOST_SCANS {
        return Err(broken("it is made of too many passes"));
    }
    Ok(())
}

/// The picture with no side above `most`; one that fits comes back as it is.
pub(super) fn shrink(picture: DynamicImage, most: u32) -> Result<DynamicImage, MediaError> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= most {
        return Ok(picture);
    }
    let scaled = |side: u32| (u64::from(side) * u64::from(most) / u64::from(longest)).max(1);
    let side = |side: u32| u32::try_from(scaled(side)).unwrap_or(most);
    resize(&picture, side(width), side(height))
}

/// The picture at exactly this size.
pub(super) fn resize(picture: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, MediaError> {
    let mut small = DynamicImage::new(width, height, picture.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(fast_image_resize::FilterType::Lanczos3));
    Resizer::new().resize(picture, &mut small, &options).map_err(|error| MediaError::Damaged(error.to_string()))?;
    Ok(small)
}

/// A JPEG; a PNG where parts of the picture can be seen through.
fn write(picture: DynamicImage, profile: Option<&[u8]>) -> Result<Clean, MediaError> {
    let (width, height) = (picture.width(), picture.height());
    let see_through = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let mut bytes = Vec::new();
    let kind = if see_through {
        let mut rgba = picture.into_rgba8();
        to_srgb(&mut rgba, Layout::Rgba, profile);
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
        rgba.write_with_encoder(encoder).map_err(damaged)?;
        Kind::Png
    } else {
        let mut rgb = picture.into_rgb8();
        to_srgb(&mut rgb, Layout::Rgb, profile);
        rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).map_err(damaged)?;
        Kind::Jpeg
    };
    Ok(Clean { bytes, kind, width, height })
}

/// Colours as browsers take them without a profile. A profile that cannot be used changes nothing.
fn to_srgb(samples: &mut [u8], layout: Layout, profile: Option<&[u8]>) {
    let source = profile.and_then(|profile| ColorProfile::new_from_slice(profile).ok());
    // Profiles of printing inks are for what the decoder has turned into RGB already.
    let Some(source) = source.filter(|source| source.color_space == DataColorSpace::Rgb) else { return };
    let Ok(transform) =
        source.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default())
    else {
        return;
    };
    let mut changed = vec![0; samples.len()];
    if transform.transform(samples, &mut changed).is_ok() {
        samples.copy_from_slice(&changed);
    }
}

/// The picture without its transparency, on white as on a page.
pub(super) fn flatten(picture: &RgbaImage) -> RgbImage {
    let over = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [over(red, alpha), over(green, alpha), over(blue, alpha)];
    }
    flat
}
