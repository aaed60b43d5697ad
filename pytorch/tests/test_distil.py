"""python -m pytest pytorch/tests: the parts that decide whether a number is right."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parent.parent))

from distil import losses  # noqa: E402
from distil.encoding import chunks, encode  # noqa: E402
from distil.model import Body, Sizes, half_layers  # noqa: E402
from distil.optimizer import RowAdam  # noqa: E402
from distil.pieces import normalizer, pre_tokenizer  # noqa: E402
from distil.prepared import reduce_width  # noqa: E402
from distil.scores import score  # noqa: E402
from distil.texts import split_sentences  # noqa: E402
from export import bert_config, bert_state  # noqa: E402

CONFIG = {"vocabulary": 50, "width": 32, "layers": 2, "heads": 4, "inner": 48}
SIZES = Sizes(*CONFIG.values())


def random_body() -> Body:
    torch.manual_seed(3)
    body = Body(SIZES)
    for parameter in body.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return body


def test_scores_by_hand():
    # Two languages, two questions; the second finds its own passage second, and the foreign ones in reverse.
    axis = torch.eye(4)
    queries = [axis[[0, 1]], axis[[0, 1]]]
    passages = [torch.stack([axis[0], axis[1] * 0.5, axis[1]]), torch.stack([axis[0] * 0.9, axis[1] * 0.2])]
    scores = score(queries, passages, [torch.tensor([0, 1]), torch.tensor([0, 1])])
    assert scores.matrix.tolist() == [[0.75, 1.0], [0.75, 1.0]]
    assert scores.mono == pytest.approx((0.75 + 1) / 2)
    assert scores.cross == pytest.approx((0.75 + 1) / 2)
    # First question: ranks 1 and 2, AP 1; second: ranks 2 and 3, AP (1/2 + 2/3) / 2.
    assert scores.multi == pytest.approx((1 + (1 / 2 + 2 / 3) / 2) / 2)
    assert scores.rank_distance == pytest.approx(1)


def test_of_equals_the_earlier_ranks_first():
    one = torch.tensor([[1.0]])
    same = torch.ones(3, 1)
    assert score([one], [same], [torch.tensor([2])]).mono == pytest.approx(1 / 3)


def test_exported_parameters_are_the_trained_encoder():
    from transformers import BertConfig, BertModel

    body = random_body()
    words = torch.randn(50, 32)
    state = {"config": CONFIG, "body": body.state_dict(), "words": {"table": words}}
    model = BertModel(BertConfig(**bert_config(CONFIG)), add_pooling_layer=False).eval()
    exported = {name: tensor.float() for name, tensor in bert_state(state).items()}
    # Word embeddings are rounded to 8 bits; here, only what becomes of them is tested.
    exported["embeddings.word_embeddings.weight"] = words / words.square().mean().sqrt()
    model.load_state_dict(exported)
    sequences = [np.array([5, 9, 30]), np.array([7]), np.arange(10, 40)]
    with torch.inference_mode():
        ours = encode(body, words, sequences, 64)
        for row, sequence in enumerate(sequences):
            ids = torch.tensor([[1, *sequence.tolist(), 2]])
            theirs = F.normalize(model(ids).last_hidden_state.mean(1), dim=-1)[0]
            assert torch.allclose(ours[row], theirs, atol=1e-3)


def test_bfloat16_layers_stay_near_float32():
    sequences = [np.arange(3, 30), np.array([4, 4])]
    words = torch.randn(50, 32)
    body = random_body()
    exact = encode(body, words, sequences, 64)
    half_layers(body)
    near = encode(body, words, sequences, 64)
    assert (exact * near).sum(1).min() > 0.999


def test_row_adam_is_adam_where_all_rows_have_a_gradient():
    table = torch.randn(4, 3)
    plain = table.clone().requires_grad_()
    adam = torch.optim.Adam([plain], lr=0.01, betas=(0.9, 0.98), eps=1e-8)
    rows = RowAdam(table.clone())
    for step in range(5):
        gradient = torch.randn(4, 3)
        plain.grad = gradient
        adam.step()
        rows.update(torch.arange(4), gradient, 0.01)
    assert torch.allclose(rows.table, plain, atol=1e-6)


def test_ranking_is_infonce_over_both_sides():
    first, second = (F.normalize(torch.randn(3, 8), dim=-1) for _ in range(2))
    both = torch.cat([first, second])
    expected = 0.0
    for i in range(6):
        others = [j for j in range(6) if j != i]
        logits = both[others] @ both[i] / 0.1
        expected -= F.log_softmax(logits, 0)[others.index((i + 3) % 6)] / 6
    assert losses.ranking(first, second, None, None, 0.1) == pytest.approx(float(expected), rel=1e-5)


def test_rows_alike_are_no_negatives():
    first, second = (F.normalize(torch.randn(2, 8), dim=-1) for _ in range(2))
    alike = torch.ones(2, 2, dtype=torch.bool)
    assert losses.ranking(first, second, None, alike, 0.1) == pytest.approx(0, abs=1e-6)


def test_chunks_hold_every_text_once_within_the_limit():
    lengths = np.random.default_rng(1).integers(1, 60, 200)
    cut = chunks(lengths, 300)
    assert sorted(np.concatenate(cut).tolist()) == list(range(200))
    assert all(len(part) * lengths[part].max() <= 300 for part in cut)


def test_reduced_width_keeps_cosines():
    chance = np.random.default_rng(1)
    narrow = chance.normal(size=(500, 8)) @ chance.normal(size=(8, 20))
    full = (narrow / np.linalg.norm(narrow, axis=1, keepdims=True)).astype(np.float32)
    reduced = reduce_width(full, 8)
    assert np.allclose(full @ full.T, reduced @ reduced.T, atol=1e-4)


def test_a_word_is_one_piece_whatever_stands_before_it():
    def words(text):
        return [word for word, _ in pre_tokenizer().pre_tokenize_str(normalizer().normalize_str(text))]

    assert words("In (Rome) 在1958年 Maße") == ["▁in", "(", "▁rome", ")", "在", "1958", "年", "▁masse"]
    assert words("٢٠١٥") == ["2015"]
    assert words("الحرب والحرب حرب الى") == ["▁ال", "▁حرب", "▁وال", "▁حرب", "▁حرب", "▁الي"]


def test_a_word_is_cut_once_after_its_fifth_letter():
    normalized = normalizer().normalize_str("Internationale Städte、ประเทศไทย")
    words = [word for word, _ in pre_tokenizer().pre_tokenize_str(normalized)]
    assert words == ["▁inter", "nationale", "▁städt", "e", "、", "ประเทศไทย"]


def test_sentences_keep_their_place():
    passage = "The first sentence is here. The second one follows it! 在这里有一个很长很长很长很长的句子结束。"
    parts = split_sentences(passage)
    assert "".join(text for _, text in parts) == passage
    assert all(passage[start:].startswith(text) for start, text in parts)
    assert len(parts) == 3
