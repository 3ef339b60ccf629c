//! Pictures of at most 256 colours: a third of the size, and nobody sees it.

use anyhow::{Context, Result};
use color_quant::NeuQuant;
use std::collections::HashMap;

const MOST: usize = 256;
/// How thorough the choice of colours is: 1 is best, 30 quickest.
const SAMPLING: i32 = 5;

/// The same picture with a palette.
///
/// # Errors
/// When it is no PNG of 8 bits and three or four channels.
pub(crate) fn reduced(picture: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::ALPHA | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a huge picture")?];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    let (palette, indices) = indexed(&pixels);

    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::High);
    // Neighbouring numbers of a palette have nothing in common.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(file)
}

/// Red, green and blue of the palette, and its number for each pixel of four bytes.
fn indexed(pixels: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut numbers: HashMap<[u8; 4], u8> = HashMap::new();
    let mut colours: Vec<u8> = Vec::new();
    let mut indices = Vec::with_capacity(pixels.len() / 4);
    for pixel in pixels.as_chunks::<4>().0 {
        let next = numbers.len();
        if next == MOST && !numbers.contains_key(pixel) {
            return quantized(pixels);
        }
        let number = *numbers.entry(*pixel).or_insert_with(|| {
            colours.extend_from_slice(&pixel[..3]);
            u8::try_from(next).unwrap_or(u8::MAX)
        });
        indices.push(number);
    }
    (colours, indices)
}

fn quantized(pixels: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let network = NeuQuant::new(SAMPLING, MOST, pixels);
    let mut known: HashMap<[u8; 4], u8> = HashMap::new();
    let number = |pixel: &[u8; 4]| {
        *known
            .entry(*pixel)
            .or_insert_with(|| network.index_of(pixel) as u8)
    };
    let indices = pixels.as_chunks::<4>().0.iter().map(number).collect();
    (network.color_map_rgb(), indices)
}
